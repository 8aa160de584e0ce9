package change

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/rest"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestClusterIsNamed before anything is changed in it: with the Plan and with the question.
func TestClusterIsNamed(t *testing.T) {
	got := runChange(t, changeable(t), true, "n\n", "reclaim", "local-pv-9-0", "--keep-data")
	if !strings.HasPrefix(got.Stderr, "cluster: https://cluster.test\n") || !strings.Contains(got.Stderr, "\nhttps://cluster.test: Reclaim 1 volume? [y/N] ") {
		t.Errorf("stderr\n%s", got.Stderr)
	}
	got = runChange(t, changeable(t), false, "", "reclaim", "local-pv-9-0", "--keep-data", "--yes")
	if !strings.HasPrefix(got.Stderr, "cluster: https://cluster.test\n") {
		t.Errorf("stderr\n%s", got.Stderr)
	}
	got = runChange(t, changeable(t), false, "", "reclaim", "local-pv-9-0", "--keep-data", "--dry-run")
	if !strings.HasPrefix(got.Stdout, "cluster: https://cluster.test\n") {
		t.Errorf("stdout\n%s", got.Stdout)
	}
}

// stuffed is a stderr that nobody reads.
type stuffed struct{ end chan struct{} }

// Write implements io.Writer.
func (s *stuffed) Write([]byte) (int, error) {
	<-s.end
	return 0, io.ErrClosedPipe
}

// TestNobodyReadsStderr: what is done does not wait for it, and the exit code says how it ended.
func TestNobodyReadsStderr(t *testing.T) {
	client := changeable(t)
	stderr := &stuffed{end: make(chan struct{})}
	defer close(stderr.end)
	var stdout strings.Builder
	a := cli.New(output.Streams{In: strings.NewReader(""), Out: &stdout, ErrOut: stderr}, "test")
	a.Now, a.Clock = cmdtest.Now, &instantClock{at: cmdtest.Now()}
	a.NewClient = func(*rest.Config) (kubernetes.Interface, error) { return client, nil }
	ended := make(chan int, 1)
	go func() {
		ended <- a.Run(context.Background(), cmdtest.Root(NewReclaim)(a), []string{"reclaim", "local-pv-9-0", "--keep-data", "--yes", "--server=https://cluster.test"})
	}()
	select {
	case code := <-ended:
		if code != 0 {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits for whoever reads stderr")
	}
	v, err := client.CoreV1().PersistentVolumes().Get(t.Context(), "local-pv-9-0", metav1.GetOptions{})
	if err != nil || v.Status.Phase != corev1.VolumeAvailable || !strings.Contains(stdout.String(), "done in ") {
		t.Errorf("%v, %s; stdout\n%s", err, v.Status.Phase, stdout.String())
	}
}

// TestChoicesAsTyped: what names nothing is refused with what there is, lists with commas are lists, and the rest goes on.
func TestChoicesAsTyped(t *testing.T) {
	for _, tc := range []struct {
		args string
		code int
		says string
	}{
		{"recover node-1 --fenced --except=default/", 2, "--except=default/ names no namespace and no owner: write NAMESPACE, NAMESPACE/KIND/NAME or KIND/NAME"},
		{"recover node-1 --fenced --only=a/b/c/d", 2, "--only=a/b/c/d names no namespace and no owner"},
		{"recover node-1 --fenced --only=nowhere", 2, "--only=nowhere matches nothing: there are default/"},
		{"recover node-1 --fenced --accept-data-loss default/uploads,default/none", 0, ""},
		{"drain node-1 --move-claims --ignore-daemonsets --delete-emptydir-data --force --except=nowhere", 2, "--except=nowhere matches nothing: there are "},
	} {
		file := map[bool]string{true: "testdata/drain.yaml", false: rescueFile}[strings.HasPrefix(tc.args, "drain")]
		got := runner(cmdtest.Runner{}).Run(t, append(strings.Fields(tc.args), "--dry-run", "--from", file)...)
		if got.Code != tc.code && tc.code != 0 || !strings.Contains(got.Stderr, tc.says) {
			t.Errorf("%s: exit code %d, want %d and %q; stderr %s", tc.args, got.Code, tc.code, tc.says, got.Stderr)
		}
		if tc.code == 0 && got.Code == 2 {
			t.Errorf("%s: %s", tc.args, got.Stderr)
		}
	}
}

// TestLeftOutEndsWithOne: volumes of a selection that cannot be reclaimed are named, and the exit code is 1, of a preview as of a run.
func TestLeftOutEndsWithOne(t *testing.T) {
	with := func(objects ...runtime.Object) *fake.Clientset {
		client := changeable(t)
		for _, o := range objects {
			if err := client.Tracker().Add(o); err != nil {
				t.Fatal(err)
			}
		}
		return client
	}
	cordoned := func() *corev1.PersistentVolume {
		return inspecttest.Volume("local-pv-x", inspecttest.On("node-0"), inspecttest.Has("old", "old-uid"), inspecttest.Phase(corev1.VolumeReleased),
			inspecttest.VolumeAnnotation(disk.AnnCordoned, "slow"))
	}
	args := []string{"reclaim", "--released", "--keep-data"}
	const line = "left out: local-pv-x: volume local-pv-x is cordoned (slow)"
	got := runChange(t, with(cordoned()), false, "", append(args, "--dry-run")...)
	if got.Code != 1 || !strings.Contains(got.Stdout, line) || !strings.Contains(got.Stdout, "local-pv-9-0") {
		t.Errorf("exit code %d; stdout\n%s\nstderr\n%s", got.Code, got.Stdout, got.Stderr)
	}
	got = runChange(t, with(cordoned()), false, "", append(args, "--dry-run", "-o", "json")...)
	var plan drain.Plan
	if err := json.Unmarshal([]byte(got.Stdout), &plan); err != nil {
		t.Fatal(err)
	}
	if got.Code != 1 || plan.Verdict != drain.Ready || len(plan.LeftOut) != 1 || plan.LeftOut[0].Volume != "local-pv-x" || plan.LeftOut[0].Code != drain.BlockedCordoned {
		t.Errorf("exit code %d, %s, %+v", got.Code, plan.Verdict, plan.LeftOut)
	}
	got = runChange(t, with(cordoned()), false, "", append(args, "--yes", "-o", "json")...)
	var result drain.Result
	if err := json.Unmarshal([]byte(got.Stdout), &result); err != nil {
		t.Fatal(err)
	}
	if got.Code != 1 || result.Status != drain.StatusIncomplete || result.Reason.Text != "1 volume is left out: local-pv-x" {
		t.Errorf("exit code %d, %s: %s", got.Code, result.Status, result.Reason.Text)
	}
	got = runChange(t, with(cordoned()), true, "n\n", args...)
	if !strings.Contains(got.Stderr, "1 volume is left out. Reclaim 1 volume? [y/N] ") {
		t.Errorf("the question does not say it: %s", got.Stderr)
	}
	got = runChange(t, with(cordoned()), false, "", "reclaim", "local-pv-x", "local-pv-9-0", "--keep-data", "--dry-run")
	if got.Code != 3 || !strings.Contains(got.Stdout, "blocked: volume local-pv-x is cordoned (slow)") {
		t.Errorf("what was named: exit code %d; stdout\n%s", got.Code, got.Stdout)
	}
	got = runChange(t, with(cordoned()), false, "", append(args, "--node", "node-0", "--dry-run")...)
	if got.Code != 3 || !strings.Contains(got.Stdout, "blocked: volume local-pv-x is cordoned (slow)") {
		t.Errorf("nobody is left: exit code %d; stdout\n%s", got.Code, got.Stdout)
	}
}
