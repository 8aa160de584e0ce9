package output

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

func printed(t *testing.T, format string, r *pending.Report, s Streams) string {
	t.Helper()
	m, err := NewMachine(format, false)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	s.Out = &b
	if err := m.Print(s, Document{Value: r, Names: []string{"pod/a", "pod/b"}, Phrase: phrase.New(phrase.Connection{})}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPendingIsStreamedAsAWhole: what is written piece by piece is what the encoders write of all at once.
func TestPendingIsStreamedAsAWhole(t *testing.T) {
	for name, reports := range map[string][]pending.PodReport{
		"none": nil, "no nodes": {noNodes()}, "one": {tooSmall("big")},
		"many": {deadNode(), severalClaims(), csiNoRoom(), hostile(), notPending("web-0"), claimAlone()},
	} {
		t.Run(name, func(t *testing.T) {
			r := pending.NewReport(reports...)
			p, whole := phrase.New(phrase.Connection{}), *r
			whole.Items = []pending.Item{}
			for _, item := range r.Items {
				whole.Items = append(whole.Items, toldItem(p, item, true))
			}
			var want strings.Builder
			if err := printJSON(Streams{Out: &want}, &whole); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.String(), printed(t, "json", r, Streams{})); diff != "" {
				t.Errorf("JSON (-whole +streamed):\n%s", diff)
			}
			data, err := yaml.Marshal(&whole)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(data), printed(t, "yaml", r, Streams{})); diff != "" {
				t.Errorf("YAML (-whole +streamed):\n%s", diff)
			}
			var back pending.Report
			if err := json.Unmarshal([]byte(printed(t, "json", r, Streams{IsTerminal: true})), &back); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPendingForTemplates(t *testing.T) {
	r := pending.NewReport(tooSmall("big-0"), tooSmall("big-1"), deadNode())
	for format, want := range map[string]string{
		"name": "pod/a\npod/b\n",
		"jsonpath={range .items[*]}{.pods[*].name}: {.cause.code};{end}":               "big-0 big-1: NoMatchingVolume;mysql-1: BoundNodeUnfit;",
		"jsonpath={.items[0].nearMisses[0].reason.text}":                               "asks 500Gi, has 100Gi",
		"jsonpath={.items[1].nodes[?(@.names[0]==\"node-1\")].reasons[*].reason.text}": "taint node.kubernetes.io/unreachable:NoSchedule",
		"go-template={{range .items}}{{len .nodes}} {{end}}":                           "4 4 ",
		"custom-columns=POD:.pods[*].name,CAUSE:.cause.code":                           "POD           CAUSE\nbig-0,big-1   NoMatchingVolume\nmysql-1       BoundNodeUnfit\n",
	} {
		if diff := cmp.Diff(want, printed(t, format, r, Streams{})); diff != "" {
			t.Errorf("-o %s (-want +got):\n%s", format, diff)
		}
	}
}
