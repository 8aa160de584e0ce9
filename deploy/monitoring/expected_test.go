package monitoring

import (
	"maps"
	"slices"
	"testing"

	"sigs.k8s.io/yaml"
)

// series are the label names of each of several series.
type series [][]string

// have reports whether there are series, and all of them have a label.
func (s series) have(label string) bool {
	return len(s) > 0 && !slices.ContainsFunc(s, func(labels []string) bool { return !slices.Contains(labels, label) })
}

// expected is what promtool is to find: the samples of each query, and what fires by the name of its alert.
type expected struct{ samples, alerts map[string]series }

// readExpected reads tests for promtool, which fail if the labels there are not those that come out.
func readExpected(t *testing.T, files ...string) expected {
	t.Helper()
	all := expected{map[string]series{}, map[string]series{}}
	for _, name := range files {
		var file struct {
			Tests []struct {
				Queries []struct {
					Expr    string
					Samples []struct{ Labels string } `json:"exp_samples"`
				} `json:"promql_expr_test"`
				Alerts []struct {
					Alertname string
					Firing    []struct {
						Labels map[string]string `json:"exp_labels"`
					} `json:"exp_alerts"`
				} `json:"alert_rule_test"`
			}
		}
		if err := yaml.Unmarshal([]byte(read(t, name)), &file); err != nil {
			t.Fatal(err)
		}
		for _, test := range file.Tests {
			for _, q := range test.Queries {
				for _, sample := range q.Samples {
					all.samples[q.Expr] = append(all.samples[q.Expr], labelNames(sample.Labels))
				}
			}
			for _, a := range test.Alerts {
				for _, firing := range a.Firing {
					all.alerts[a.Alertname] = append(all.alerts[a.Alertname], slices.Sorted(maps.Keys(firing.Labels)))
				}
			}
		}
	}
	return all
}
