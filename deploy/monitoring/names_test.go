package monitoring

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// rule is a rule of rules.yaml.
type rule struct {
	Record, Alert, Expr string
	Labels, Annotations map[string]string
}

func readRules(t *testing.T) []rule {
	t.Helper()
	var file struct{ Groups []struct{ Rules []rule } }
	if err := yaml.Unmarshal([]byte(read(t, "rules.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	var all []rule
	for _, group := range file.Groups {
		all = append(all, group.Rules...)
	}
	return all
}

// A name that does not exist selects nothing, on both sides of a join even without changing what comes out: promtool's tests of
// the rules and queries may pass all the same.
func TestEveryNameIsThatOfAMetricOrLabel(t *testing.T) {
	known, unused := listedNames(t)
	used := map[string]string{}
	for _, r := range readRules(t) {
		where := r.Record + r.Alert
		if r.Record != "" {
			known[r.Record] = true
		}
		for _, name := range expressionNames(known, r.Expr) {
			used[name] = where
		}
		for _, text := range r.Annotations {
			for _, match := range regexp.MustCompile(`\$labels\.(\w+)`).FindAllStringSubmatch(text, -1) {
				used[match[1]] = where
			}
		}
	}
	d := readDashboard(t)
	for _, p := range d.all() {
		for _, target := range p.Targets {
			for _, name := range expressionNames(known, target.Expr) {
				used[name] = "panel " + p.Title
			}
		}
	}
	for _, v := range d.Templating.List {
		for _, name := range expressionNames(known, v.Definition) {
			used[name] = "variable " + v.Definition
		}
	}
	for name, where := range used {
		if !known[name] {
			t.Errorf("%s: %s is no metric or label of metrics.yaml, and no rule records it", where, name)
		}
	}
	for _, name := range unused {
		if used[name] == "" {
			t.Errorf("metrics.yaml: nothing uses %s", name)
		}
	}
}

// listedNames are all names of metrics.yaml, and its metrics once more.
func listedNames(t *testing.T) (map[string]bool, []string) {
	t.Helper()
	known := map[string]bool{}
	for _, name := range []string{"job", "instance", "ALERTS", "alertname", "alertstate", "severity"} { // by Prometheus
		known[name] = true
	}
	var metrics []string
	for _, source := range readMetrics(t) {
		for _, m := range source.Metrics {
			metrics = append(metrics, m.Name)
			known[m.Name] = true
			for _, label := range m.Labels {
				known[label] = true
			}
		}
	}
	return known, metrics
}

// expressionNames are the metrics and labels that an expression uses. What it makes by label_replace is known from then on.
func expressionNames(known map[string]bool, expr string) []string {
	var names []string
	for _, match := range regexp.MustCompile(`"(\w+)", "\$1", "(\w+)"`).FindAllStringSubmatch(expr, -1) {
		known[match[1]] = true
		names = append(names, match[2])
	}
	words := strings.Fields("sum min max avg count by without on ignoring group_left group_right and or unless bool offset")
	expr = regexp.MustCompile(`"[^"]*"`).ReplaceAllString(expr, "")
	for _, word := range regexp.MustCompile(`\b[a-zA-Z_][\w:]*\b *\(?`).FindAllString(expr, -1) {
		if name, call := strings.CutSuffix(word, "("); !call && !slices.Contains(words, strings.TrimSpace(name)) {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names
}

// What whoever is woken by an alert reads, and what decides who that is.
func TestAlertsSayWhatTheyAre(t *testing.T) {
	for _, r := range readRules(t) {
		for _, name := range []string{"summary", "description", "runbook"} {
			if r.Alert != "" && r.Annotations[name] == "" {
				t.Errorf("%s has no %s", r.Alert, name)
			}
		}
		if r.Alert != "" && r.Labels["severity"] == "" {
			t.Errorf("%s has no severity", r.Alert)
		}
	}
}
