package monitoring

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
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
		List []struct {
			Type, Definition string
			Query            any
		}
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
	samples := readExpected(t, "dashboard_test.yaml").samples
	everything := strings.NewReplacer("$class", ".+", "$namespace", ".+")
	legend := regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)
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
			found := samples[everything.Replace(target.Expr)]
			if len(found) == 0 {
				t.Errorf("panel %q: dashboard_test.yaml expects no sample of %s", p.Title, target.Expr)
			}
			for _, match := range legend.FindAllStringSubmatch(target.LegendFormat, -1) {
				if !found.have(match[1]) {
					t.Errorf("panel %q: its legend uses the label %s, and the query gives %s", p.Title, match[1], found)
				}
			}
		}
	}
}

func TestVariablesAreLabelsOfTheirMetrics(t *testing.T) {
	c := readCatalog(t)
	values := regexp.MustCompile(`^label_values\(([\w:]+), (\w+)\)$`)
	for _, v := range readDashboard(t).Templating.List {
		if v.Type != "query" {
			continue
		}
		match := values.FindStringSubmatch(v.Definition)
		if match == nil {
			t.Errorf("variable %s: want label_values(metric, label)", v.Definition)
		} else if !slices.Contains(c[match[1]], match[2]) {
			t.Errorf("variable %s: the labels of %s are %s", v.Definition, match[1], c[match[1]])
		}
		// Grafana shows the definition, and asks the query.
		if query, _ := v.Query.(map[string]any); query["query"] != v.Definition {
			t.Errorf("variable %s asks %v", v.Definition, query["query"])
		}
	}
}
