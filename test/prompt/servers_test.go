package prompt

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/client-go/rest"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// stranger is an API server that is not quite ours.
type stranger struct {
	// version is what it says that it is, lacks are the resources that it does not serve, and warns is what it warns of.
	version, warns string
	lacks          []string
}

// kubeconfig starts the server and returns a kubeconfig for it.
func (s stranger) kubeconfig(t *testing.T) string {
	t.Helper()
	target, err := url.Parse(lab.Config().Host)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := rest.TransportFor(lab.Config())
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Transport: transport,
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		parts := strings.Split(r.URL.Path, "/")
		switch {
		case s.warns != "":
			w.Header().Add("Warning", fmt.Sprintf("299 - %q", s.warns))
			proxy.ServeHTTP(w, r)
		case s.version != "" && r.URL.Path == "/version":
			fmt.Fprintf(w, `{"gitVersion": %q}`, s.version)
		case slices.ContainsFunc(s.lacks, func(resource string) bool { return slices.Contains(parts, resource) }):
			http.Error(w, "404 page not found", http.StatusNotFound) // as an API server says it of a group that it does not know
		default:
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := controlplane.WriteKubeconfig(path, "stranger", &rest.Config{Host: server.URL}); err != nil {
		t.Fatal(err)
	}
	return path
}

// waiting is a Pod that waits for a volume which is too small.
func waiting(t *testing.T, name string) *live.Scene {
	t.Helper()
	s := lab.Scene(t, name)
	s.Volume("a", "node-0", func(v *corev1.PersistentVolume) {
		v.Spec.Capacity = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}
	})
	s.Claim("data")
	s.Pod("waits", "data")
	s.WaitPod("waits", controlplane.PodPending)
	return s
}

// TestOldServer asks a server without the APIs that came last: the answer is given all the same, and says what is missing.
func TestOldServer(t *testing.T) {
	s := waiting(t, "old")
	env := "KUBECONFIG=" + stranger{lacks: []string{"csistoragecapacities", "csidrivers", "poddisruptionbudgets"}}.kubeconfig(t)
	got := typeLine(t, "kubectl localpv why-pending waits -n "+s.Name, env)
	if got.exit != 3 || !strings.Contains(got.out, "asks for 10Gi") {
		t.Errorf("exit %d; it says\n%s%s", got.exit, got.out, got.err)
	}
	if want := "note: this server does not serve csidrivers, csistoragecapacities: it is too old for that, or has it switched off; going on without\n"; got.err != want {
		t.Errorf("it says %q, want %q", got.err, want)
	}
	for _, line := range []string{"kubectl localpv ls -o wide", "kubectl localpv drain node-3 --keep-claims --dry-run", "kubectl localpv recover"} {
		if got := typeLine(t, line, env); got.exit != 0 || strings.Contains(got.err, "error") {
			t.Errorf("%s: exit %d; it says\n%s%s", line, got.exit, got.out, got.err)
		}
	}
}

// TestNewerServer asks a server of a later version: what rests on the simulated scheduler says of which version that is.
func TestNewerServer(t *testing.T) {
	s := waiting(t, "newer")
	env := "KUBECONFIG=" + stranger{version: "v1.99.0"}.kubeconfig(t)
	const note = "note: the cluster runs v1.99.0, and the scheduler that is simulated is that of v1.36.3: it may decide otherwise\n"
	for line, want := range map[string]string{
		"kubectl localpv why-pending waits -n " + s.Name:                 note,
		"kubectl localpv drain node-3 --move-claims --dry-run":           note,
		"kubectl localpv recover node-3 --dry-run":                       note,
		"kubectl localpv ls":                                             "",
		"kubectl localpv drain node-3 --keep-claims --dry-run":           "",
		"kubectl localpv release pv/" + s.VolumeName("a") + " --dry-run": "",
	} {
		if got := typeLine(t, line, env); strings.Contains(got.err, "v1.99.0") != (want != "") || !strings.Contains(got.err, want) {
			t.Errorf("%s: exit %d; it says %q, want %q", line, got.exit, got.err, want)
		}
	}
	if got := typeLine(t, "kubectl localpv version", env); got.exit != 0 || !strings.Contains(got.err, "warning: the cluster runs v1.99.0") {
		t.Errorf("version: exit %d; %q", got.exit, got.err)
	}
}

// TestWarnings: what the server warns of comes to standard error, once, and leaves the result alone.
func TestWarnings(t *testing.T) {
	s := waiting(t, "warns")
	env := "KUBECONFIG=" + stranger{warns: "this cluster is retired on Friday"}.kubeconfig(t)
	plain := typeLine(t, "kubectl localpv ls --class "+s.Name+" -o name")
	got := typeLine(t, "kubectl localpv ls --class "+s.Name+" -o name", env)
	if got.exit != 0 || got.out != plain.out || got.out == "" || got.err != "Warning: this cluster is retired on Friday\n" {
		t.Errorf("exit %d, stdout %q, stderr %q", got.exit, got.out, got.err)
	}
}

// TestPreferences: a kuberc with defaults and aliases of kubectl's own changes nothing for a plugin, and no pager is started.
func TestPreferences(t *testing.T) {
	s := waiting(t, "kuberc")
	line := `cat > kuberc <<END
apiVersion: kubectl.config.k8s.io/v1beta1
kind: Preference
defaults:
- command: get
  options: [{name: output, default: wide}]
aliases:
- name: pv
  command: get
  prependArgs: [pv]
END
kubectl localpv ls --class ` + s.Name + ` -o=name --request-timeout=20s --v=0 --as=admin --as-group=system:masters -l localpv.dev/scene=` + s.Name
	got := typeLine(t, line, "KUBERC=kuberc", "PAGER=false", "KUBECTL_PAGER=false", "LESS=-X")
	if want := "persistentvolume/" + s.VolumeName("a") + "\n"; got.exit != 0 || got.out != want || got.err != "" {
		t.Errorf("exit %d, stdout %q, want %q; stderr %q", got.exit, got.out, want, got.err)
	}
}
