package monitoring

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// catalog is every metric with its labels.
type catalog map[string][]string

// problems are the names in an expression that are those of nothing.
func (c catalog) problems(expr string) []string {
	e := parse(expr)
	var all []string
	there := e.made
	for _, metric := range e.metrics {
		labels, known := c[metric]
		if !known {
			all = append(all, "there is no metric "+metric)
		}
		there = append(there, labels...)
	}
	for _, label := range e.labels {
		if !slices.Contains(there, label) {
			all = append(all, "no metric in it has the label "+label)
		}
	}
	for _, own := range e.own {
		if labels, known := c[own.metric]; known && !slices.Contains(labels, own.label) {
			all = append(all, fmt.Sprintf("%s has no label %s", own.metric, own.label))
		}
	}
	return all
}

// readCatalog has the metrics of metrics.yaml, and those that rules record: a test for promtool says with which labels.
func readCatalog(t *testing.T) catalog {
	t.Helper()
	c := catalog{"ALERTS": {"alertname", "alertstate", "severity"}} // by Prometheus
	for _, source := range readMetrics(t) {
		for _, m := range source.Metrics {
			c[m.Name] = append([]string{"job", "instance"}, m.Labels...)
		}
	}
	recorded := readExpected(t, "rules_test.yaml").samples
	for _, r := range readRules(t) {
		if r.Record == "" {
			continue
		}
		if c[r.Record] = slices.Concat(recorded[r.Record]...); len(c[r.Record]) == 0 {
			t.Errorf("rules_test.yaml expects no sample of %s", r.Record)
		}
	}
	return c
}

func TestNamesOfExpressions(t *testing.T) {
	c := catalog{"used": {"namespace", "claim"}, "a:info": {"namespace", "claim", "class", "pv"}}
	tests := []struct {
		expr string
		want []string
	}{
		{expr: `max by (claim) (rate(used{claim=~"a|{b,class=\"x\"}"}[5m]) > bool 0.5) or vector(0)`},
		{expr: `usd`, want: []string{"there is no metric usd"}},
		{expr: `{claim="x"}`, want: []string{`there is no metric {claim="x"}`}},
		{expr: `used{claim="x", class!=""} + a:info`, want: []string{"used has no label class"}},
		{expr: `used{laim="x"}`, want: []string{"used has no label laim"}},
		{expr: `sum by (class) (rate(used[5m]))`, want: []string{"no metric in it has the label class"}},
		{expr: `sum by (class) (used == 1) or a:info`, want: []string{"used has no label class"}},
		{expr: `used * on (namespace, claim) group_left (class) a:info`},
		{expr: `used * on (class) (a:info)`},
		{expr: `a:info * on (claim) group_left (pv) used{claim!=""}`, want: []string{"used has no label pv"}},
		{expr: `a:info and on (class) used`, want: []string{"used has no label class"}},
		{expr: `a:info * on (claim) group_right () max by (claim) (used)`},
		{expr: `sum by (volume) (label_replace(a:info, "volume", "$1", "pv", "(.+)"))`},
		{expr: `label_replace(used, "volume", "$1", "pv", "(.+)")`, want: []string{"no metric in it has the label pv"}},
	}
	for _, test := range tests {
		t.Run(test.expr, func(t *testing.T) {
			if diff := cmp.Diff(test.want, c.problems(test.expr)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// A name that does not exist selects nothing, on both sides of a join even without changing what comes out: promtool's tests of
// the rules and queries may pass all the same.
func TestEveryNameIsThatOfAMetricOrLabel(t *testing.T) {
	expressions := map[string]string{}
	for _, r := range readRules(t) {
		expressions[r.Record+r.Alert] = r.Expr
	}
	for _, p := range readDashboard(t).all() {
		for i, target := range p.Targets {
			expressions[fmt.Sprintf("query %d of panel %d, %s", i+1, p.ID, p.Title)] = target.Expr
		}
	}
	c, used := readCatalog(t), map[string]bool{}
	for where, expr := range expressions {
		for _, problem := range c.problems(expr) {
			t.Errorf("%s: %s, by metrics.yaml and by what rules_test.yaml expects of the rules", where, problem)
		}
		for _, metric := range parse(expr).metrics {
			used[metric] = true
		}
	}
	for _, source := range readMetrics(t) {
		for _, m := range source.Metrics {
			if !used[m.Name] {
				t.Errorf("metrics.yaml: nothing uses %s", m.Name)
			}
		}
	}
}

func TestAnnotationsUseLabelsOfTheirAlerts(t *testing.T) {
	firing := readExpected(t, "rules_test.yaml", "rules_long_test.yaml").alerts
	label := regexp.MustCompile(`\$labels\.(\w+)`)
	for _, r := range readRules(t) {
		for name, text := range r.Annotations {
			for _, match := range label.FindAllStringSubmatch(text, -1) {
				if !firing[r.Alert].have(match[1]) {
					t.Errorf("%s: its %s uses the label %s, and the tests expect %s", r.Alert, name, match[1], firing[r.Alert])
				}
			}
		}
	}
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
