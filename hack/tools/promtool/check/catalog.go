package main

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"go.yaml.in/yaml/v3"
)

// labelSet is the labels that the series of an expression can have.
type labelSet struct {
	names map[string]bool
	// open: there may be others that are not known.
	open bool
}

func newLabelSet(names ...string) labelSet {
	s := labelSet{names: map[string]bool{}}
	for _, name := range names {
		s.names[name] = true
	}
	return s
}

func (s labelSet) has(name string) bool { return s.open || s.names[name] }

func (s labelSet) with(names ...string) labelSet {
	all := newLabelSet(names...)
	maps.Copy(all.names, s.names)
	all.open = s.open
	return all
}

func (s labelSet) without(names ...string) labelSet {
	rest := s.with()
	for _, name := range names {
		delete(rest.names, name)
	}
	return rest
}

func (s labelSet) String() string { return fmt.Sprint(sorted(s.names)) }

// catalog knows the labels of every metric: those that exporters give, and those that rules record.
type catalog struct {
	exported map[string]labelSet
	recorded map[string]labelSet
	used     map[string]bool // of the exported ones
}

// readCatalog reads metrics.yaml.
func readCatalog(file string) (*catalog, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the list of metrics: %w", err)
	}
	var list struct {
		Sources []struct {
			Name, Version, Files string
			Metrics              []struct {
				Name, File string
				Labels     []string
			}
		}
	}
	if err := yaml.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	c := &catalog{exported: map[string]labelSet{}, recorded: map[string]labelSet{}, used: map[string]bool{}}
	for _, source := range list.Sources {
		if source.Name == "" || source.Version == "" || source.Files == "" {
			return nil, fmt.Errorf("%s: a source needs name, version and files", file)
		}
		for _, m := range source.Metrics {
			if m.Name == "" || m.File == "" || len(m.Labels) == 0 {
				return nil, fmt.Errorf("%s: metric %q of %s needs name, file and labels", file, m.Name, source.Name)
			}
			c.exported[m.Name] = newLabelSet(m.Labels...).with("job", "instance")
		}
	}
	// Prometheus makes this one for alerts, with the labels of each.
	alerts := newLabelSet("alertname", "alertstate", "severity")
	alerts.open = true
	c.recorded["ALERTS"] = alerts
	return c, nil
}

// labels are those of a metric, if there is such a metric.
func (c *catalog) labels(name string) (labelSet, bool) {
	if set, ok := c.recorded[name]; ok {
		return set, true
	}
	set, ok := c.exported[name]
	if ok {
		c.used[name] = true
	}
	return set, ok
}

// unused reports what is listed for nothing.
func (c *catalog) unused() []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(c.exported)) {
		if !c.used[name] {
			all = append(all, "metrics.yaml: nothing uses "+name)
		}
	}
	return all
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
