package kubelets

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// reader asks a server which answers as it is told to.
func reader(t *testing.T, answer http.HandlerFunc) Reader {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	client, err := kubernetes.NewForConfig(&rest.Config{Host: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return NewReader(client.CoreV1().RESTClient())
}

// node is the one that is asked, if the path is right.
func node(r *http.Request, path string) string {
	name, _ := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/api/v1/nodes/"), "/proxy/"+path)
	return name
}

// TestRunningPods: the answers have the order of the nodes' names and of the Pods', whatever came first, and each node is asked once. One that
// fails does not take the others with it.
func TestRunningPods(t *testing.T) {
	r := reader(t, func(w http.ResponseWriter, r *http.Request) {
		switch node(r, "runningpods/") {
		case "amber":
			fmt.Fprint(w, `{"kind":"PodList","items":[
				{"metadata":{"namespace":"shop","name":"till-0","uid":"new"}},{"metadata":{"namespace":"shop","name":"till-0","uid":"an old one"}},
				{"metadata":{"namespace":"lab","name":"z","uid":"1"}}]}`)
		case "birch":
			fmt.Fprint(w, `{"kind":"PodList","items":null}`)
		default:
			http.Error(w, "no such node", http.StatusBadGateway)
		}
	})
	answers := r.RunningPods(t.Context(), []string{"coal", "amber", "birch", "amber"})
	if len(answers) != 3 || answers[2].Node != "coal" || answers[2].Err == nil || !strings.Contains(answers[2].Err.Error(), "node coal") {
		t.Fatalf("answers: %+v", answers)
	}
	want := []Answer[Pod]{
		{Node: "amber", Of: []Pod{{"lab", "z", "1"}, {"shop", "till-0", "an old one"}, {"shop", "till-0", "new"}}},
		{Node: "birch", Of: []Pod{}},
	}
	if diff := cmp.Diff(want, answers[:2]); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func TestVolumes(t *testing.T) {
	r := reader(t, func(w http.ResponseWriter, r *http.Request) {
		if node(r, "stats/summary") == "amber" {
			fmt.Fprint(w, `{"node":{"nodeName":"amber"},"pods":[{"podRef":{"name":"till-0","namespace":"shop","uid":"u"},"volume":[
				{"name":"token","capacityBytes":1},
				{"name":"data","pvcRef":{"name":"data-till-0","namespace":"shop"},"capacityBytes":100,"availableBytes":60,"usedBytes":30}]}]}`)
		}
	})
	want := []Answer[Volume]{{Node: "amber", Of: []Volume{{Namespace: "shop", Claim: "data-till-0", Pod: "u", Capacity: 100, Available: 60, Used: 30}}}}
	if diff := cmp.Diff(want, r.Volumes(t.Context(), []string{"amber"})); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

// TestNoAnswer: what is not an answer is an error, and never a node on which nothing runs.
func TestNoAnswer(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": ``, "a page": `<html>`, "another object": `{"kind":"Status"}`, "empty": `{}`, "no UID": `{"kind":"PodList","items":[{"metadata":{"name":"a"}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := reader(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) })
			if a := r.RunningPods(t.Context(), []string{"amber"})[0]; a.Err == nil || a.Of != nil {
				t.Errorf("Pods: %+v", a)
			}
			if a := r.Volumes(t.Context(), []string{"amber"})[0]; a.Err == nil || a.Of != nil {
				t.Errorf("volumes: %+v", a)
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	r := reader(t, func(w http.ResponseWriter, _ *http.Request) {
		for range 100 {
			fmt.Fprintln(w, strings.Repeat(" ", 1000))
		}
	})
	r.Size = 2000
	if a := r.RunningPods(t.Context(), []string{"amber"})[0]; !errors.Is(a.Err, ErrTooLarge) {
		t.Errorf("the error is %v", a.Err)
	}
}

// TestHangs: a kubelet that does not answer costs its own time, and the error tells that; whoever ends the whole is told apart.
func TestHangs(t *testing.T) {
	r := reader(t, func(w http.ResponseWriter, r *http.Request) {
		if node(r, "runningpods/") == "mute" {
			<-r.Context().Done()
			return
		}
		fmt.Fprint(w, `{"kind":"PodList"}`)
	})
	r.Timeout = 300 * time.Millisecond
	answers := r.RunningPods(t.Context(), []string{"mute", "amber"})
	if answers[0].Err != nil || answers[1].Err == nil || !strings.Contains(answers[1].Err.Error(), "no answer within 300ms") {
		t.Errorf("answers: %+v", answers)
	}
	ended := errors.New("it was ended")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(ended)
	if a := r.RunningPods(ctx, []string{"mute"})[0]; !errors.Is(a.Err, ended) {
		t.Errorf("the error is %v", a.Err)
	}
}

// TestForbidden: whoever lacks the permission can be told so.
func TestForbidden(t *testing.T) {
	r := reader(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":"no"}`)
	})
	if a := r.RunningPods(t.Context(), []string{"amber"})[0]; !apierrors.IsForbidden(a.Err) {
		t.Errorf("the error is %v", a.Err)
	}
}

// TestNotAName: what is no name of a node leads to nothing else on the server.
func TestNotAName(t *testing.T) {
	r := reader(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("the server is asked for %s", r.URL) })
	if a := r.RunningPods(t.Context(), []string{"../secrets"})[0]; a.Err == nil {
		t.Errorf("it answers: %+v", a)
	}
}
