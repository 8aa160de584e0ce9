package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
)

// Action is what happens to one request. The zero Action passes it on.
type Action struct {
	// Before is called before the request is passed on: another actor does something, or the request waits.
	Before func()
	// Fault is what the plugin is told.
	Fault Fault
	// After is called once the server has answered, before the plugin is told.
	After func()
	// Kill kills the process (SIGKILL) once the server has answered. It never sees the answer.
	Kill bool
}

// proxy stands between one process and the API server.
type proxy struct {
	cluster *Cluster
	server  *httptest.Server
	target  *url.URL
	run     *Process
	on      func(*Request) Action

	mu       sync.Mutex
	requests []*Request
	writes   int
	problems []string
	// writing lets one write at a time through, so that what it did can be looked at.
	writing sync.Mutex
}

func newProxy(cluster *Cluster, run *Process, on func(*Request) Action) (*proxy, error) {
	target, err := url.Parse(cluster.Config().Host)
	if err != nil {
		return nil, err
	}
	p := &proxy{cluster: cluster, run: run, on: on, target: target}
	p.server = httptest.NewServer(http.HandlerFunc(p.serve))
	return p, nil
}

// close ends all connections.
func (p *proxy) close() {
	p.server.CloseClientConnections()
	p.server.Close()
}

func (p *proxy) problem(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems = append(p.problems, fmt.Sprintf(format, args...))
}

// seen returns copies of the requests so far, in the order in which they came.
func (p *proxy) seen() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]Request, 0, len(p.requests))
	for _, r := range p.requests {
		out = append(out, *r)
	}
	return out
}

func (p *proxy) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the plugin has gone
	}
	req, err := readRequest(r, body)
	if err != nil {
		p.problem("a request of the plugin cannot be understood: %v", err)
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	action := p.number(req)
	if action.Before != nil {
		action.Before()
	}
	if req.Write > 0 {
		p.write(w, r, req, action)
		return
	}
	p.pass(w, r, req, action)
}

// number gives a request its place and asks the test what to do with it.
func (p *proxy) number(req *Request) Action {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = append(p.requests, req)
	req.N = len(p.requests)
	if req.Verb == "watch" {
		p.run.scene.begin.Do(func() { close(p.run.scene.begun) })
	}
	if req.changes() {
		p.writes++
		req.Write = p.writes
	}
	if p.on == nil {
		return Action{}
	}
	action := p.on(req)
	req.Fault = action.Fault
	return action
}

// write passes a write on between two looks at the scene.
func (p *proxy) write(w http.ResponseWriter, r *http.Request, req *Request, action Action) {
	p.writing.Lock()
	defer p.writing.Unlock()
	if action.Fault.Name == "" || action.Fault.Applied {
		for _, problem := range p.run.look(context.WithoutCancel(r.Context()), req) {
			p.problem("before %s: %s", req, problem)
		}
	}
	p.pass(w, r, req, action)
}

// pass asks the server, unless the fault says otherwise, and answers. A write is passed on even if the plugin goes away.
func (p *proxy) pass(w http.ResponseWriter, r *http.Request, req *Request, action Action) {
	var resp *http.Response
	if action.Fault.Name == "" || action.Fault.Applied {
		ctx := r.Context()
		if req.Write > 0 {
			ctx = context.WithoutCancel(ctx)
		}
		var err error
		if resp, err = p.forward(ctx, r, req); err != nil {
			if ctx.Err() == nil {
				p.problem("%s was not passed on: %v", req, err)
			}
			_ = reset(w)
			return
		}
		defer resp.Body.Close()
		p.mu.Lock()
		req.Status = resp.StatusCode
		p.mu.Unlock()
		if req.Applied() {
			for _, problem := range p.run.lookAfter(context.WithoutCancel(r.Context())) {
				p.problem("after %s: %s", req, problem)
			}
		}
	}
	if action.After != nil {
		action.After()
	}
	switch {
	case action.Kill:
		p.run.Kill()
		p.run.scene.begin.Do(func() { close(p.run.scene.begun) }) // it may never have had to wait
		_ = reset(w)
	case action.Fault.Name != "":
		if err := action.Fault.answer(w, r); err != nil {
			p.problem("the fault %s could not be played: %v", action.Fault.Name, err)
		}
	default:
		copyAnswer(w, resp)
	}
}

func (p *proxy) forward(ctx context.Context, r *http.Request, req *Request) (*http.Response, error) {
	out := r.Clone(ctx)
	out.URL.Scheme, out.URL.Host, out.Host, out.RequestURI = p.target.Scheme, p.target.Host, "", ""
	out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(req.body)), int64(len(req.body))
	out.Header.Del("Connection")
	if token := p.run.run.Token; token != "" {
		out.Header.Set("Authorization", "Bearer "+token)
		return p.cluster.anybody.RoundTrip(out)
	}
	return p.cluster.admin.RoundTrip(out)
}

// copyAnswer hands the answer on as it comes, so that watches live.
func copyAnswer(w http.ResponseWriter, resp *http.Response) {
	for _, name := range slices.Sorted(maps.Keys(resp.Header)) {
		w.Header()[name] = resp.Header[name]
	}
	w.WriteHeader(resp.StatusCode)
	control := http.NewResponseController(w)
	_ = control.Flush() // a watch begins with the header
	buffer := make([]byte, 32<<10)
	for {
		n, err := resp.Body.Read(buffer)
		if n > 0 {
			if _, err := w.Write(buffer[:n]); err != nil {
				return // the plugin has gone
			}
			_ = control.Flush()
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				_ = reset(w)
			}
			return
		}
	}
}
