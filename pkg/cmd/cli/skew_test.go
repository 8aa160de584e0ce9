package cli

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

func TestNoteNewer(t *testing.T) {
	const newer = "note: the cluster runs v1.38.1-gke.2, and the scheduler that is simulated is that of v1.36.3: it may decide otherwise\n"
	for body, want := range map[string]string{
		`{"gitVersion": "v1.38.1-gke.2"}`: newer,
		`{"gitVersion": "v1.36.9"}`:       "",
		`{"gitVersion": "v1.28.0+k3s1"}`:  "",
		`{"gitVersion": "unknown"}`:       "",
		`{}`:                              "",
		`<html>`:                          "",
		``:                                "", // forbidden
	} {
		t.Run(body, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if body == "" || r.URL.Path != "/version" {
					w.WriteHeader(http.StatusForbidden)
				}
				fmt.Fprint(w, body)
			}))
			defer server.Close()
			var errOut bytes.Buffer
			a := New(output.Streams{ErrOut: &errOut}, "test")
			*a.Cluster.APIServer = server.URL
			online, offline := Source{App: a}, Source{App: a, From: []string{"file"}}
			offline.NoteNewer(t.Context())
			if errOut.Len() > 0 {
				t.Errorf("with files it says %q", errOut.String())
			}
			online.NoteNewer(t.Context())
			if errOut.String() != want {
				t.Errorf("it says %q, want %q", errOut.String(), want)
			}
		})
	}
}
