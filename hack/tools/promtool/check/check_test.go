package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	metrics = `
sources:
  - name: kubelet
    version: v1
    files: https://example.org
    metrics:
      - {name: used, file: a.go, labels: [namespace, claim]}
      - {name: info, file: a.go, labels: [namespace, claim, class, volume]}
`
	dashboard = `{
  "templating": {"list": [{"name": "class", "type": "query", "definition": "label_values(info, class)"}]},
  "panels": [
    {"id": 1, "title": "Used", "type": "timeseries", "targets": [{"expr": "used{claim=~\"$claim\"}", "legendFormat": "{{claim}}"}]},
    {"id": 2, "title": "Row", "type": "row", "panels": [{"id": 3, "title": "N", "type": "stat", "targets": [{"expr": "count(info)"}]}]}
  ]
}`
)

// expression wraps an alert's expression into a file of rules.
func expression(expr string) string {
	return "groups: [{name: g, rules: [{alert: A, labels: {severity: page}, expr: '" + expr +
		"', annotations: {summary: s, description: d, runbook: kubectl localpv ls}}]}]\n"
}

func TestExpressions(t *testing.T) {
	tests := []struct{ name, expr, finding string }{
		{"a metric", `used`, ""},
		{"no such metric", `usd`, "there is no metric usd"},
		{"no metric at all", `{claim="x"}`, `{claim="x"} names no metric`},
		{"a matcher", `used{claim="x"}`, ""},
		{"a matcher on a label of another metric", `used{class="x"}`, "used has no label class, it has [claim instance job namespace]"},
		{"a range", `rate(used{class="x"}[5m]) > 0`, "used has no label class"},
		{"a subquery", `max_over_time(used{class="x"}[1h:5m])`, "used has no label class"},
		{"by", `sum by (claim) (used)`, ""},
		{"by a label that is not there", `sum by (class) (used)`, "sum by or without class, which used does not have"},
		{"without a label that is not there", `sum without (class) (used)`, "sum by or without class"},
		{"by a label that is gone", `sum by (claim) (sum by (namespace) (used))`, "by or without claim"},
		{"without keeps the others", `sum by (claim) (sum without (namespace) (used))`, ""},
		{"topk keeps all", `sum by (claim) (topk by (namespace) (3, used))`, ""},
		{"on", `used * on (namespace, claim) info`, ""},
		{"on a label of one side", `used * on (class) info`, "* on class, which not both sides have"},
		{"and on a label of one side", `used and on (class) info`, "and on class"},
		{"on with nothing said", `used * info`, "* between [claim instance job namespace] and [claim class instance job namespace volume]: say which labels"},
		{"the same labels", `used / used`, ""},
		{"group_left", `sum by (class) (used * on (namespace, claim) group_left (class) info)`, ""},
		{"group_left of nothing", `used * on (namespace, claim) group_left (phase) info`, "a group takes phase from a side that has"},
		{"group_right", `sum by (class) (used * on (namespace, claim) group_right () info)`, ""},
		{"one to one drops what is not matched", `sum by (class) (info * on (namespace, claim) used)`, "by or without class"},
		{"and keeps the left", `sum by (class) (info and on (namespace, claim) used)`, ""},
		{"or has both", `sum by (class) (used or info)`, ""},
		{"a comparison with a number", `sum by (claim) (0.5 > used)`, ""},
		{"label_replace", `sum by (pv) (label_replace(info, "pv", "$1", "volume", "(.+)"))`, ""},
		{"label_replace of nothing", `label_replace(used, "pv", "$1", "volume", "(.+)")`, "label_replace reads volume, which used does not have"},
		{"a condition on metrics", `used and on () (count(info) > 0)`, ""},
		{"alerts have labels of their own", `ALERTS{alertname="A", volume="x"}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code, out := check(t, metrics, expression(test.expr), dashboard)
			if test.finding == "" && code != 0 {
				t.Errorf("exit code %d:\n%s", code, out)
			}
			if test.finding != "" && (code != 1 || !strings.Contains(out, test.finding)) {
				t.Errorf("exit code %d, want 1 and a finding %q:\n%s", code, test.finding, out)
			}
		})
	}
}

func TestFiles(t *testing.T) {
	const recorded = "groups: [{name: g, rules: [{record: 'a:b', expr: 'sum by (claim) (used) or last_over_time(a:b[5m])'}, " +
		"{record: 'c:d', expr: 'sum by (class) (a:b)'}]}]\n"
	good := expression("used")
	tests := []struct{ name, metrics, rules, dashboard, finding string }{
		{"a recorded metric has the labels of its expression", metrics, recorded, dashboard, "rules.yaml: c:d: sum by or without class, which a:b does not have: it has [claim]"},
		{"an annotation", metrics, strings.Replace(good, "summary: s", "summary: '{{ $labels.class }}'", 1), dashboard, "rules.yaml: A: summary uses the label class"},
		{"no runbook", metrics, strings.Replace(good, "runbook: ", "book: ", 1), dashboard, "there is no runbook"},
		{"a runbook without a command", metrics, strings.Replace(good, "kubectl localpv ls", "think", 1), dashboard, "the runbook names no command"},
		{"no severity", metrics, strings.Replace(good, "severity", "weight", 1), dashboard, "there is no severity"},
		{"a misspelt field", metrics, strings.Replace(good, "expr", "exprs", 1), dashboard, "field exprs not found"},
		{"a query that does not parse", metrics, good, strings.Replace(dashboard, "count(info)", "count(info", 1), `dashboard.json: panel "N": 1:11: parse error`},
		{"a query of a row", metrics, good, strings.Replace(dashboard, "count(info)", "count(infos)", 1), "there is no metric infos"},
		{"a panel without a query", metrics, good, strings.Replace(dashboard, `{"expr": "count(info)"}`, "", 1), `panel "N": asks nothing`},
		{"an id twice", metrics, good, strings.Replace(dashboard, `"id": 3`, `"id": 1`, 1), `panel "N": has the id 1, as "Used" has`},
		{"a legend", metrics, good, strings.Replace(dashboard, "{{claim}}", "{{class}}", 1), "its legend uses the label class"},
		{"a variable", metrics, good, strings.Replace(dashboard, "(info, class)", "(used, class)", 1), "variable class: used has no label class"},
		{"a metric for nothing", metrics + "      - {name: left, file: a.go, labels: [x]}\n", good, dashboard, "metrics.yaml: nothing uses left"},
		{"a metric from nowhere", strings.Replace(metrics, "file: a.go, ", "", 1), good, dashboard, `metric "used" of kubelet needs name, file and labels`},
		{"a source without a version", strings.Replace(metrics, "version: v1", "version:", 1), good, dashboard, "a source needs name, version and files"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code, out := check(t, test.metrics, test.rules, test.dashboard)
			if code != 1 || !strings.Contains(out, test.finding) {
				t.Errorf("exit code %d, want 1 and a finding %q:\n%s", code, test.finding, out)
			}
		})
	}
}

func check(t *testing.T, metrics, rules, dashboard string) (int, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"metrics.yaml": metrics, "rules.yaml": rules, "dashboard.json": dashboard} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	code := run([]string{dir}, &out, &out)
	return code, out.String()
}
