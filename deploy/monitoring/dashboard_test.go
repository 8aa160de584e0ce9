package monitoring

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
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

// dashboard is dashboard.json, as far as it asks Prometheus.
type dashboard struct {
	Panels     []panel
	Templating struct {
		List []struct{ Type, Definition string }
	}
}

func readDashboard(t *testing.T) dashboard {
	t.Helper()
	var d dashboard
	if err := json.Unmarshal([]byte(read(t, "dashboard.json")), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// all are the panels, those in rows included.
func (d dashboard) all() []panel {
	all := d.Panels
	for i := 0; i < len(all); i++ {
		all = append(all, all[i].Panels...)
	}
	return all
}

// Grafana asks what dashboard.json says; promtool can only ask what stands in a test.
func TestEveryQueryOfTheDashboardIsTested(t *testing.T) {
	samples := testedQueries(t)
	everything := strings.NewReplacer("$class", ".+", "$namespace", ".+")
	legend := regexp.MustCompile(`\{\{ ?(\w+) ?\}\}`)
	titles := map[int]string{}
	for _, p := range readDashboard(t).all() {
		if other, taken := titles[p.ID]; taken {
			t.Errorf("panel %q has the id %d, as %q has", p.Title, p.ID, other)
		}
		titles[p.ID] = p.Title
		if p.Type != "row" && p.Type != "text" && len(p.Targets) == 0 {
			t.Errorf("panel %q asks nothing", p.Title)
		}
		for _, target := range p.Targets {
			sample := samples[everything.Replace(target.Expr)]
			if sample == "" {
				t.Errorf("panel %q: dashboard_test.yaml expects no sample of %s", p.Title, target.Expr)
			}
			for _, match := range legend.FindAllStringSubmatch(target.LegendFormat, -1) {
				if !strings.Contains(sample, match[1]+"=") {
					t.Errorf("panel %q: its legend uses the label %s, and the query gives %s", p.Title, match[1], sample)
				}
			}
		}
	}
}

// testedQueries are those of dashboard_test.yaml, each with the labels of the first sample that is expected.
func testedQueries(t *testing.T) map[string]string {
	t.Helper()
	var file struct {
		Tests []struct {
			Queries []struct {
				Expr    string
				Samples []struct{ Labels string } `json:"exp_samples"`
			} `json:"promql_expr_test"`
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "dashboard_test.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, test := range file.Tests {
		for _, q := range test.Queries {
			if len(q.Samples) > 0 {
				all[q.Expr] = q.Samples[0].Labels
			}
		}
	}
	return all
}
