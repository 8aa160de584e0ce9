package collect

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// serve starts a server and returns a client's config for it.
func serve(t *testing.T, handler http.HandlerFunc) *rest.Config {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return &rest.Config{Host: server.URL}
}

func clientOf(t *testing.T, config *rest.Config) kubernetes.Interface {
	t.Helper()
	client, err := Client(config, "v1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// warnings keeps the server's warnings.
type warnings struct {
	sync.Mutex
	texts []string
}

func (w *warnings) HandleWarningHeader(_ int, _, text string) {
	w.Lock()
	defer w.Unlock()
	w.texts = append(w.texts, text)
}

func TestClient(t *testing.T) {
	var asked http.Header
	config := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header
		list := &corev1.NodeList{Items: []corev1.Node{*served(Node("node-0"))}}
		info := scheme.Codecs.SupportedMediaTypes()
		for _, m := range info {
			if m.MediaType == "application/vnd.kubernetes.protobuf" {
				w.Header().Set("Content-Type", m.MediaType)
				w.Header().Set("Warning", `299 - "this is old"`)
				if err := scheme.Codecs.EncoderForVersion(m.Serializer, corev1.SchemeGroupVersion).Encode(list, w); err != nil {
					t.Error(err)
				}
			}
		}
	})
	kept := &warnings{}
	config.WarningHandler = kept
	before := rest.CopyConfig(config)
	s, err := Live(t.Context(), clientOf(t, config), Now, Options{Kinds: []inspect.Kind{inspect.Nodes}})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Nodes) != 1 || s.Nodes[0].Name != "node-0" || s.Nodes[0].ManagedFields != nil {
		t.Errorf("nodes %v, want node-0 without managed fields", s.Nodes)
	}
	if got := asked.Get("Accept"); got != "application/vnd.kubernetes.protobuf,application/json" {
		t.Errorf("Accept %q: protobuf should come first", got)
	}
	if got := asked.Get("User-Agent"); !strings.HasPrefix(got, "kubectl-localpv/v1.2.3 (") {
		t.Errorf("User-Agent %q", got)
	}
	if diff := cmp.Diff([]string{"this is old"}, kept.texts); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	if config.ContentType != before.ContentType || config.UserAgent != before.UserAgent || config.QPS != before.QPS {
		t.Errorf("the caller's config was changed: %v", config)
	}
}

func TestClientKeepsTheCallersRateLimit(t *testing.T) {
	for _, c := range []struct{ given, want float32 }{{0, qps}, {7, 7}, {-1, -1}} {
		client := clientOf(t, &rest.Config{Host: "http://localhost", QPS: c.given, Burst: 10})
		limiter := client.CoreV1().RESTClient().GetRateLimiter()
		got := float32(-1)
		if limiter != nil {
			got = limiter.QPS()
		}
		if got != c.want {
			t.Errorf("rate %v for %v in the config, want %v", got, c.given, c.want)
		}
	}
}

func TestClientOfABadConfig(t *testing.T) {
	_, err := Client(&rest.Config{Host: "http://%zz"}, "v1")
	if err == nil || !strings.HasPrefix(err.Error(), "cannot make a client for http://%zz: ") {
		t.Errorf("error %v, want one that names the host", err)
	}
}

// TestLiveEndsWithContext: whatever waits when ctx ends stops waiting.
func TestLiveEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	config := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := Live(ctx, clientOf(t, config), Now, Options{Kinds: allKinds()})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the end of the context", err)
	}
}

// TestLiveStopsAtTheFirstFailure: one kind fails, and the others are not waited for.
func TestLiveStopsAtTheFirstFailure(t *testing.T) {
	config := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/nodes") {
			http.Error(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Unauthorized","code":401}`, http.StatusUnauthorized)
			return
		}
		<-r.Context().Done()
	})
	_, err := Live(t.Context(), clientOf(t, config), Now, Options{Kinds: []inspect.Kind{inspect.Pods, inspect.Nodes}})
	if !apierrors.IsUnauthorized(err) || !strings.HasPrefix(err.Error(), "cannot list nodes: ") {
		t.Errorf("error %v, want that of nodes", err)
	}
}
