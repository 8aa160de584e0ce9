package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
)

// panel is the part of a Grafana panel, or row of panels, that holds queries.
type panel struct {
	ID      int
	Title   string
	Type    string
	Targets []struct {
		Expr         string
		LegendFormat string
	}
	Panels []panel
}

// variableQuery is how Grafana asks for the values that a variable can have.
var (
	variableQuery = regexp.MustCompile(`^label_values\((.+), ?(\w+)\)$`)
	legendLabel   = regexp.MustCompile(`\{\{ ?(\w+) ?\}\}`)
)

// checkDashboard checks the queries of a Grafana dashboard. It returns what is wrong and how many queries there are.
func checkDashboard(c *catalog, file string) ([]string, int, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, 0, fmt.Errorf("read the dashboard: %w", err)
	}
	var dashboard struct {
		Panels     []panel
		Templating struct {
			List []struct{ Name, Type, Definition string }
		}
	}
	if err := json.Unmarshal(data, &dashboard); err != nil {
		return nil, 0, fmt.Errorf("%s: %w", file, err)
	}
	d := &dashboardCheck{catalog: c, ids: map[int]string{}}
	for _, v := range dashboard.Templating.List {
		if v.Type == "query" {
			d.variable(v.Name, v.Definition)
		}
	}
	d.panels(dashboard.Panels)
	return d.findings, d.queries, nil
}

type dashboardCheck struct {
	catalog  *catalog
	ids      map[int]string
	findings []string
	queries  int
}

func (d *dashboardCheck) note(where, format string, args ...any) {
	d.findings = append(d.findings, fmt.Sprintf("dashboard.json: %s: ", where)+fmt.Sprintf(format, args...))
}

func (d *dashboardCheck) panels(panels []panel) {
	for _, p := range panels {
		where := fmt.Sprintf("panel %q", p.Title)
		if other, taken := d.ids[p.ID]; taken {
			d.note(where, "has the id %d, as %q has", p.ID, other)
		}
		d.ids[p.ID] = p.Title
		if p.Type != "row" && p.Type != "text" && len(p.Targets) == 0 {
			d.note(where, "asks nothing")
		}
		for _, target := range p.Targets {
			set := d.query(where, target.Expr)
			for _, match := range legendLabel.FindAllStringSubmatch(target.LegendFormat, -1) {
				if !set.has(match[1]) {
					d.note(where, "its legend uses the label %s, and the query gives %s", match[1], set)
				}
			}
		}
		d.panels(p.Panels)
	}
}

func (d *dashboardCheck) variable(name, definition string) {
	where := "variable " + name
	match := variableQuery.FindStringSubmatch(definition)
	if match == nil {
		d.note(where, "%q is not label_values(metric, label)", definition)
		return
	}
	if set := d.query(where, match[1]); !set.has(match[2]) {
		d.note(where, "%s has no label %s, it has %s", match[1], match[2], set)
	}
}

// query checks one expression. Grafana's variables stand in label values only, where they parse as they are.
func (d *dashboardCheck) query(where, text string) labelSet {
	d.queries++
	expr, err := parse(text)
	if err != nil {
		d.note(where, "%v", err)
		return labelSet{open: true}
	}
	i := &inference{catalog: d.catalog}
	set := i.of(expr)
	for _, f := range i.findings {
		d.note(where, "%s", f)
	}
	return set
}
