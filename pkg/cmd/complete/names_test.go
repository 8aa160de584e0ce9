package complete

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// offered is what a shell gets for the arguments of a command that takes nodes, behind some flags.
func offered(t *testing.T, flags ...string) string {
	t.Helper()
	command := func(a *cli.App) *cobra.Command {
		return &cobra.Command{Use: "visit", ValidArgsFunction: Many(New(a).Nodes(AnyStatus)), Run: func(*cobra.Command, []string) {}}
	}
	r := cmdtest.Runner{Root: cmdtest.Root(command)}
	got := r.Run(t, append(append([]string{"__complete"}, flags...), "visit", "")...)
	if got.Code != 0 || strings.Contains(got.Stderr, "rror") {
		t.Errorf("exit code %d, stderr %q", got.Code, got.Stderr)
	}
	return got.Stdout
}

// nothing is offered, not even names of files.
const nothing = ":4\n"

// Names are offered with what kubectl get prints of them, sorted.
func TestNames(t *testing.T) {
	server := cmdtest.TableServer(t, map[string][]map[string]any{"/api/v1/nodes": {{"Name": "b", "Status": "Ready"}, {"Name": "a", "Status": "NotReady"}}})
	if got := offered(t, "--server="+server.URL); got != "a\tNotReady\nb\tReady\n:4\n" {
		t.Errorf("offers %q", got)
	}
}

// A server that is not there, refuses, answers something else, or does not answer in time offers nothing, and says nothing.
func TestWithoutAnAnswer(t *testing.T) {
	released := make(chan struct{})
	answers := map[string]http.HandlerFunc{
		"forbidden": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
		"page":      func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"no table":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"kind":"NodeList","items":[{}]}`) },
		"silent":    func(http.ResponseWriter, *http.Request) { <-released },
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(answer)
			defer server.Close()
			if name == "silent" {
				defer close(released) // before the server is closed, which waits for its answers
			}
			if got := offered(t, "--server="+server.URL); got != nothing {
				t.Errorf("offers %q", got)
			}
		})
	}
	if got := offered(t); got != nothing {
		t.Errorf("without a kubeconfig it offers %q", got)
	}
}

func BenchmarkTwentyThousandVolumes(b *testing.B) {
	rows := make([]map[string]any, 20000)
	for i := range rows {
		rows[i] = map[string]any{"Name": fmt.Sprintf("local-pv-%05d", i), "Status": "Released", "Capacity": "100Gi", "Claim": "shop/data", "StorageClass": "ssd"}
	}
	body, err := json.Marshal(cmdtest.Table(rows))
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
	defer server.Close()
	a := cli.New(output.Streams{}, "test")
	*a.Cluster.APIServer = server.URL
	c := &cobra.Command{}
	c.SetContext(b.Context())
	for b.Loop() {
		if got, _ := New(a).Volumes("Released", "Failed")(c, nil, ""); len(got) != len(rows) {
			b.Fatalf("%d names", len(got))
		}
	}
}
