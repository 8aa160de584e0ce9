package live

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Run says how to run the plugin.
type Run struct {
	// Args are the command line. The namespace of the kubeconfig's context is the scene's.
	Args []string
	// Stdin is what the plugin reads; nothing by default.
	Stdin io.Reader
	// Token is that of a ServiceAccount. Without one the plugin is an administrator. Either way it is the proxy that has the
	// credentials: client-go sends none where there is no TLS.
	Token string
	// On says what to do with each request. It is called for one request at a time and has to return at once; what takes
	// time belongs into the Action.
	On func(*Request) Action
	// Rules look at each write before it is passed on, besides those that every write has to keep.
	Rules []Invariant
	// Loses says that the command is to lose the manifests of claims, so nobody watches over them.
	Loses bool
}

// Result is what a run left behind.
type Result struct {
	Out, Err string
	// Exit is the exit code, -1 if a signal ended the process.
	Exit int
	// Requests are all that the process asked of the server.
	Requests []Request
	// Problems are the broken rules. The test has failed already if there are any.
	Problems []string
}

// Writes are the requests that may have changed something, in order.
func (r Result) Writes() []Request {
	var out []Request
	for _, req := range r.Requests {
		if req.Write > 0 {
			out = append(out, req)
		}
	}
	return out
}

// String shows a run for the message of a failed test.
func (r Result) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "exit %d\nstdout: %s\nstderr: %s\nrequests:\n", r.Exit, r.Out, r.Err)
	for _, req := range r.Requests {
		fmt.Fprintf(&b, "  %d %s: %d", req.N, &req, req.Status)
		if req.Fault.Name != "" {
			fmt.Fprintf(&b, ", told: %s", req.Fault.Name)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Process is the plugin while it runs.
type Process struct {
	scene *Scene
	run   Run
	proxy *proxy
	cmd   *exec.Cmd
	// started and done are closed when the process runs, and when it has ended.
	started, done  chan struct{}
	stdout, stderr output
	// told is set once it has been said which rules were broken.
	told bool
}

// Run runs the plugin to its end.
func (s *Scene) Run(run Run) Result {
	s.t.Helper()
	return s.Start(run).Wait()
}

// Start starts the plugin. Its home directory is empty and its kubeconfig knows nothing but the proxy.
func (s *Scene) Start(run Run) *Process {
	s.t.Helper()
	p := &Process{scene: s, run: run, started: make(chan struct{}), done: make(chan struct{})}
	p.stderr.news = make(chan struct{}, 1)
	s.must(s.learn(s.Context()))
	var err error
	p.proxy, err = newProxy(s.Cluster, p, run.On)
	s.must(err)
	s.t.Cleanup(func() { p.proxy.close(); p.tell() })
	kubeconfig := s.file(fmt.Sprintf("kubeconfig-%p", p))
	s.must(writeKubeconfig(kubeconfig, p.proxy.server.URL, s.Name))
	p.cmd = exec.CommandContext(s.Context(), s.Cluster.plugin, run.Args...)
	// A run is short, and hundreds of them share the machine: collecting garbage costs more than the memory.
	p.cmd.Env = []string{"HOME=" + s.dir, "KUBECONFIG=" + kubeconfig, "GOGC=400"}
	p.cmd.Dir, p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = s.dir, run.Stdin, &p.stdout, &p.stderr
	s.must(p.cmd.Start())
	close(p.started)
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait() // the exit code tells
	}()
	return p
}

func writeKubeconfig(path, server, namespace string) error {
	k := clientcmdapi.NewConfig()
	k.Clusters["live"] = &clientcmdapi.Cluster{Server: server}
	k.AuthInfos["live"] = &clientcmdapi.AuthInfo{}
	k.Contexts["live"] = &clientcmdapi.Context{Cluster: "live", AuthInfo: "live", Namespace: namespace}
	k.CurrentContext = "live"
	return clientcmd.WriteToFile(*k, path)
}

// Kill ends the process without letting it do anything more (SIGKILL), and returns when it is gone.
func (p *Process) Kill() {
	<-p.started
	_ = p.cmd.Process.Kill() // that it has ended by itself is as good
	<-p.done
}

// Signal sends a signal, for example os.Interrupt, which is Ctrl-C.
func (p *Process) Signal(signal os.Signal) {
	<-p.started
	_ = p.cmd.Process.Signal(signal)
}

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err is what the process has written to standard error so far.
func (p *Process) Err() string { return p.stderr.String() }

// Says waits until the process has written words to standard error. It is wrong if the process ends without them.
func (p *Process) Says(words string) {
	p.scene.t.Helper()
	ctx := p.scene.Context()
	for !strings.Contains(p.Err(), words) {
		select {
		case <-p.stderr.news:
		case <-p.done:
			if !strings.Contains(p.Err(), words) {
				p.scene.t.Fatalf("%s: it ended without saying %q: %s", p.scene.Name, words, p.Err())
			}
			return
		case <-ctx.Done():
			p.scene.t.Fatalf("%s: it does not say %q: %s", p.scene.Name, words, p.Err())
		}
	}
}

// Wait returns when the process has ended. Broken rules fail the test.
func (p *Process) Wait() Result {
	p.scene.t.Helper()
	<-p.done
	p.proxy.close()
	return Result{Out: p.stdout.String(), Err: p.Err(), Exit: p.cmd.ProcessState.ExitCode(), Requests: p.proxy.seen(), Problems: p.tell()}
}

// tell returns what was wrong with the process so far, and fails the test if there is any of that. A test that has failed before it waited
// for the process is told as well.
func (p *Process) tell() []string {
	p.scene.t.Helper()
	p.proxy.mu.Lock()
	problems := slices.Clone(p.proxy.problems)
	p.proxy.mu.Unlock()
	if text := p.Err(); strings.Contains(text, "goroutine ") || strings.Contains(text, "panic:") {
		problems = append(problems, "the plugin panicked")
	}
	if line := regexp.MustCompile(`(?m)^[EWIF]\d{4} .*$`).FindString(p.Err()); line != "" {
		problems = append(problems, "a library wrote to the terminal: "+line)
	}
	if p.told {
		return problems
	}
	p.told = true
	for _, problem := range problems {
		p.scene.t.Errorf("%s: %v: %s", p.scene.Name, p.run.Args, problem)
	}
	return problems
}

// output is what a stream of the process has brought so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
	// news, if set, is signalled after each write.
	news chan struct{}
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer func() {
		select {
		case o.news <- struct{}{}:
		default:
		}
	}()
	return o.b.Write(p)
}

// String implements fmt.Stringer.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
