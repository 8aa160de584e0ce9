package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
)

// serve starts a server for one test and returns its address.
func serve(t *testing.T, secure bool, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server.URL
}

// answer is a handler that gives every request the same Status.
func answer(code int, reason, message string) http.HandlerFunc {
	quoted, _ := json.Marshal(message) // a string always can be
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","message":%s,"reason":%q,"code":%d}`, quoted, reason, code)
	}
}

// silentServer takes requests and never answers.
func silentServer(t *testing.T) string {
	t.Helper()
	done := make(chan struct{})
	address := serve(t, false, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-done:
		}
	})
	t.Cleanup(func() { close(done) })
	return address
}

func TestServersThatAnswerWithAnError(t *testing.T) {
	for _, tc := range []struct {
		name    string
		handler http.HandlerFunc
		want    string
	}{
		{"credentials", answer(401, "Unauthorized", "Unauthorized"),
			"the server does not accept your credentials (401 Unauthorized): they are missing, wrong or expired; log in again, or check the user of this context in your kubeconfig"},
		{"permissions", answer(403, "Forbidden", `persistentvolumes is forbidden: User "jane" cannot list resource "persistentvolumes" in API group "" at the cluster scope`),
			`not allowed to list persistentvolumes in the whole cluster: User "jane" cannot list resource "persistentvolumes" in API group "" at the cluster scope; it takes a role with the verb list on persistentvolumes`},
		{"no Kubernetes", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) },
			"cannot list persistentvolumes: the server could not find the requested resource (get persistentvolumes); is this the address of a Kubernetes API server?"},
		{"starting", answer(503, "ServiceUnavailable", "etcd is not there"), "the server is overloaded or starting: etcd is not there; try again in a while"},
		{"many lines", answer(503, "ServiceUnavailable", "one\ntwo\x1b[2J"), "the server is overloaded or starting: one; two^[[2J; try again in a while"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server := serve(t, false, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/persistentvolumes") {
					tc.handler(w, r)
				} else {
					<-r.Context().Done() // so that there is one error
				}
			})
			runner(cmdtest.Runner{}).Run(t, "ls", "-s", server).Fails(t, cli.ExitFailed, tc.want)
		})
	}
}

func TestServersThatCannotBeReached(t *testing.T) {
	plain := serve(t, false, answer(500, "", ""))
	secure := serve(t, true, answer(500, "", ""))
	gone, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead := "https://" + gone.Addr().String()
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	slow := silentServer(t)
	for _, tc := range []struct {
		name string
		args []string
		want string
	}{
		{"dead", []string{"-s", dead}, dead + " refuses the connection: nothing listens there; is the cluster up, and the server address in your kubeconfig right?"},
		{"silent", []string{"-s", slow, "--request-timeout=300ms"}, slow + " does not answer (--request-timeout is over): check that the cluster is up, and your network or VPN; --request-timeout sets how long to wait"},
		{"not trusted", []string{"-s", secure}, secure + " has a certificate that your kubeconfig does not trust (x509: certificate signed by unknown authority): its certificate-authority is that of another cluster, or outdated"},
		{"HTTP", []string{"-s", strings.Replace(plain, "http:", "https:", 1)}, strings.Replace(plain, "http:", "https:", 1) + " speaks HTTP, not HTTPS: check the server address in your kubeconfig"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			runner(cmdtest.Runner{}).Run(t, append([]string{"ls"}, tc.args...)...).Fails(t, cli.ExitFailed, tc.want)
		})
	}
}

func TestInterruptEndsWaiting(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	address := serve(t, false, func(_ http.ResponseWriter, r *http.Request) {
		cancel() // the interrupt comes when the server has the request
		<-r.Context().Done()
	})
	got := runner(cmdtest.Runner{}).RunUntil(ctx, t, "ls", "-s", address)
	if got.Code != cli.ExitInterrupted || got.Stdout != "" || got.Stderr != "" {
		t.Errorf("exit code %d, stdout %q, stderr %q", got.Code, got.Stdout, got.Stderr)
	}
}

func TestKubeconfigs(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const clusters = "apiVersion: v1\nkind: Config\nclusters:\n- {name: c, cluster: {server: 'https://localhost:1'}}\ncontexts:\n" +
		"- {name: staging, context: {cluster: c, user: u}}\n- {name: prod, context: {cluster: c, user: u}}\nusers:\n- {name: u, user: {token: t}}\n"
	none := filepath.Join(dir, "none")
	undecided := write("undecided", clusters)
	current := write("current", clusters+"current-context: prod\n")
	stale := write("stale", clusters+"current-context: gone\n")
	broken := write("broken", "{")
	for _, tc := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"not there", []string{"--kubeconfig", none}, 1, "the kubeconfig " + none + " does not exist: check --kubeconfig"},
		{"no current context", []string{"--kubeconfig", undecided}, 1, undecided + " has no current context: choose one with --context or kubectl config use-context (there are prod, staging)"},
		{"mistyped context", []string{"--kubeconfig", current, "--context", "stagin"}, 1, `no context "stagin" in the kubeconfig ` + current + " (did you mean staging?)"},
		{"unknown context", []string{"--kubeconfig", current, "--context", "elsewhere"}, 1, `no context "elsewhere" in the kubeconfig ` + current + ": it has prod, staging"},
		{"current context that is gone", []string{"--kubeconfig", stale}, 1, `no context "gone" in the kubeconfig ` + stale + ": it has prod, staging"},
		{"unknown user", []string{"--kubeconfig", current, "--user", "jane"}, 1, "the kubeconfig " + current + ` cannot be used: auth info "jane" does not exist`},
		{"bad timeout", []string{"--kubeconfig", current, "--request-timeout", "soon"}, 2, "--request-timeout=soon is no length of time: use e.g. 10s, 2m, or 0 for no limit"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			runner(cmdtest.Runner{}).Run(t, append([]string{"ls"}, tc.args...)...).Fails(t, tc.code, tc.want)
		})
	}
	t.Run("broken", func(t *testing.T) {
		got := runner(cmdtest.Runner{}).Run(t, "ls", "--kubeconfig", broken)
		if got.Code != 1 || strings.Count(got.Stderr, "\n") != 1 || !strings.HasPrefix(got.Stderr, "error: the kubeconfig "+broken+" cannot be used: ") {
			t.Errorf("exit code %d, stderr %q", got.Code, got.Stderr)
		}
	})
}
