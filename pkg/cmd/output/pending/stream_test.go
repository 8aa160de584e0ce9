package pending

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// printed are documents for programs.
func printed(t *testing.T, format string, s output.Streams, values ...any) string {
	t.Helper()
	m, err := output.NewMachine(format, false)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	s.Out = &b
	for _, value := range values {
		if err := m.Print(s, output.Document{Value: value, Names: []string{"pod/a", "pod/b"}}); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func streamed(reports ...pending.PodReport) Stream {
	return Stream{Report: pending.NewReport(reports...), Phrase: phrase.New(phrase.Connection{})}
}

// TestStreamIsTheWhole: what is written piece by piece is what the encoders write of all at once.
func TestStreamIsTheWhole(t *testing.T) {
	for name, reports := range map[string][]pending.PodReport{
		"none": nil, "no nodes": {noNodes()}, "one": {tooSmall("big")},
		"many": {deadNode(), severalClaims(), csiNoRoom(), hostile(), notPending("web-0"), claimAlone()},
	} {
		t.Run(name, func(t *testing.T) {
			for _, format := range []string{"json", "yaml"} {
				for where, s := range map[string]output.Streams{"a pipe": {}, "a terminal": {IsTerminal: true}} {
					v := streamed(reports...)
					if diff := cmp.Diff(printed(t, format, s, v.Whole(), v.Whole()), printed(t, format, s, v, v)); diff != "" {
						t.Errorf("%s on %s (-whole +streamed):\n%s", format, where, diff)
					}
				}
			}
			text := printed(t, "json", output.Streams{IsTerminal: true}, streamed(reports...))
			var back pending.Report
			if err := json.Unmarshal([]byte(text), &back); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestStreamForTemplates(t *testing.T) {
	r := streamed(tooSmall("big-0"), tooSmall("big-1"), deadNode())
	for format, want := range map[string]string{
		"name": "pod/a\npod/b\n",
		"jsonpath={range .items[*]}{.pods[*].name}: {.cause.code};{end}":               "big-0 big-1: NoMatchingVolume;mysql-1: BoundNodeUnfit;",
		"jsonpath={.items[0].nearMisses[0].reason.text}":                               "asks 500Gi, has 100Gi",
		"jsonpath={.items[1].nodes[?(@.names[0]==\"node-1\")].reasons[*].reason.text}": "taint node.kubernetes.io/unreachable:NoSchedule",
		"go-template={{range .items}}{{len .nodes}} {{end}}":                           "4 4 ",
		"custom-columns=POD:.pods[*].name,CAUSE:.cause.code":                           "POD           CAUSE\nbig-0,big-1   NoMatchingVolume\nmysql-1       BoundNodeUnfit\n",
	} {
		if diff := cmp.Diff(want, printed(t, format, output.Streams{}, r)); diff != "" {
			t.Errorf("-o %s (-want +got):\n%s", format, diff)
		}
	}
}
