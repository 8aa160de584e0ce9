package change

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/utils/clock"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// clusterFile is also what ls is tested with.
const clusterFile = "../ls/testdata/cluster.yaml"

// What people and programs see of Plans, ready and blocked, from files.
func TestPlanGolden(t *testing.T) {
	for name, args := range map[string][]string{
		"plan-release-blocked": {"release", "pvc/data-mysql-0", "pv/local-pv-1-0"},
		"plan-reclaim":         {"reclaim", "local-pv-9-0", "--keep-data"},
		"plan-reclaim-data":    {"reclaim", "local-pv-9-0"},
		"plan-reattach":        {"reattach", "local-pv-9-0", "--claim", "default/data-mysql-0"},
	} {
		for view, streams := range map[string]output.Streams{
			"80": {IsTerminal: true, Width: 80}, "120-color": {IsTerminal: true, Width: 120, Color: true}, "pipe": {},
		} {
			t.Run(name+"/"+view, func(t *testing.T) {
				got := runner(cmdtest.Runner{Streams: streams}).Run(t, append(args, "--dry-run", "--from", clusterFile)...)
				if want := map[bool]int{true: 0, false: 3}[name == "plan-reclaim"]; got.Code != want || got.Stderr != "" {
					t.Errorf("exit code %d, want %d; stderr %q", got.Code, want, got.Stderr)
				}
				golden(t, name+"."+view, got.Stdout)
			})
		}
		golden(t, name+".json", runner(cmdtest.Runner{}).Run(t, append(args, "--dry-run", "--from", clusterFile, "-o", "json")...).Stdout)
	}
}

// Invalid command lines end with one line that says why.
func TestChangeMisuse(t *testing.T) {
	for _, tc := range []struct{ args, want string }{
		{"release", "name what to release: pvc/NAME or pv/NAME"},
		{"release data", `"data" is neither a claim nor a volume: write pvc/data or pv/data`},
		{"release pvc", `"pvc" is a type: write pvc/NAME`},
		{"release pvc pv/x", `"pvc" is a type, and pv/x carries its own: write TYPE/NAME for each`},
		{"release pod x", `"pod" is neither a claim nor a volume: write pvc/pod or pv/pod`},
		{"release pvc data-mysql-0 -n shop", `no claim "data-mysql-0" in namespace shop; there is one in default: add -n default`},
		{"release pv local-pv-0-00", `no volume "local-pv-0-00" in the cluster (did you mean local-pv-0-0 or local-pv-0-1 or local-pv-1-0?)`},
		{"release pv/x --dry-run=client", "--dry-run takes no value here (nothing is sent to the server): write --dry-run"},
		{"release pv/x --reserve=maybe", "--reserve takes no value: write --reserve"},
		{"release pod/x", `release knows pvc/NAME and pv/NAME, not "pod/x"`},
		{"release pv/local-pv-0-00", `no volume "local-pv-0-00" in the cluster (did you mean local-pv-0-0 or local-pv-0-1 or local-pv-1-0?)`},
		{"release pvc/data-mysql-0 -n shop", `no claim "data-mysql-0" in namespace shop; there is one in default: add -n default`},
		{"release pv/nfs-0", "volume nfs-0 is not local: its data is not on particular nodes, and this command is only for volumes whose data is; to see it: kubectl get pv nfs-0 -o yaml"},
		{"release pv/local-pv-0-0 --reserve --clean", "--reserve keeps a volume with its data and --clean has it erased: give one of them"},
		{"reclaim", "name the volumes to reclaim, or select them: --released with --class, --node or -l"},
		{"reclaim pvc/x", `"pvc/x" is no name of a volume: write NAME or pv/NAME`},
		{"reclaim --class local-ssd", "--class, --node and -l choose among all released volumes: add --released, or name the volumes"},
		{"reclaim local-pv-9-0 --for a/b/c", "--for=a/b/c is no claim: write NAMESPACE/NAME"},
		{"reattach", "which volume? usage: kubectl localpv reattach PV..."},
		{"reattach a pvc/b", `"pvc/b" is no name of a volume: write NAME or pv/NAME`},
		{"reattach local-pv-9-0 local-pv-1-0 --replace", "--replace takes one member down, and these volumes are of several: name those of one"},
		{"reattach local-pv-0-1", "no claim is recorded on volume local-pv-0-1: name the one that is to have it with --claim NAMESPACE/NAME"},
		{"reattach local-pv-9-0 -o wide", `unknown output format "wide": reattach knows json and yaml`},
		{"reattach local-pv-9-0 --timeout 0s", "--timeout=0s leaves no time: use e.g. 10m"},
	} {
		t.Run(tc.args, func(t *testing.T) {
			runner(cmdtest.Runner{}).Run(t, append(strings.Fields(tc.args), "--dry-run", "--from", clusterFile)...).Fails(t, 2, tc.want)
		})
	}
	runner(cmdtest.Runner{}).Run(t, "reclaim", "local-pv-9-0", "--from", clusterFile).Fails(t, 2, "add --dry-run: --from only plans")
}

// changeable is a cluster with a volume controller that sees a freed volume, and a server that allows all.
func changeable(t *testing.T) *fake.Clientset {
	t.Helper()
	return changeableFrom(t, clusterFile)
}

// changeableFrom is changeable with the objects of a file.
func changeableFrom(t *testing.T, file string) *fake.Clientset {
	t.Helper()
	client := cmdtest.Cluster(t, file)
	client.PrependReactor("create", "selfsubjectaccessreviews", func(a clienttesting.Action) (bool, runtime.Object, error) {
		create, _ := a.(clienttesting.CreateAction)
		review, _ := create.GetObject().(*authorizationv1.SelfSubjectAccessReview)
		review.Status.Allowed = true
		return true, review, nil
	})
	client.PrependReactor("patch", "persistentvolumes", func(a clienttesting.Action) (bool, runtime.Object, error) {
		_, obj, err := clienttesting.ObjectReaction(client.Tracker())(a)
		v, ok := obj.(*corev1.PersistentVolume)
		if err != nil || !ok {
			return true, obj, errors.Join(err, errors.New("no volume"))
		}
		v.Status.Phase = corev1.VolumeAvailable
		return true, v, client.Tracker().Update(a.GetResource(), v, "")
	})
	return client
}

// instantClock passes time only where somebody waits, and then at once.
type instantClock struct {
	clock.RealClock

	at time.Time
}

func (c *instantClock) Now() time.Time { return c.at }

func (c *instantClock) After(d time.Duration) <-chan time.Time {
	c.at = c.at.Add(d)
	ch := make(chan time.Time, 1)
	ch <- c.at
	return ch
}

// runChange runs a changing command against a fake cluster, with somebody at the keyboard or not.
func runChange(t *testing.T, client kubernetes.Interface, interactive bool, stdin string, args ...string) cmdtest.Result {
	t.Helper()
	return runner(cmdtest.Runner{Client: client, Interactive: interactive, Stdin: stdin, Clock: &instantClock{at: cmdtest.Now()}}).Run(t, args...)
}

// What happens once somebody was, or could not be, asked.
func TestConfirmation(t *testing.T) {
	const (
		refused  = "error: not confirmed, nothing was changed: stdin is not a terminal, so add --yes\n"
		declined = "Reclaim 1 volume? [y/N] Not confirmed. Nothing was changed.\n"
	)
	for _, tc := range []struct {
		name, stdin string
		interactive bool
		args        []string
		code        int
		changed     bool
		says        string
	}{
		{name: "nobody to ask", code: 3, says: refused},
		{name: "no", interactive: true, stdin: "n\n", code: 3, says: declined},
		{name: "nothing", interactive: true, code: 3, says: declined},
		{name: "yes", interactive: true, stdin: "YES\n", changed: true, says: "2 done: wait until local-pv-9-0 is Available (0.0s)\n"},
		{name: "said before", args: []string{"--yes"}, changed: true, says: "1 done: make local-pv-9-0 available to any claim, with the old data still on it (0.0s)\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			client := changeable(t)
			got := runChange(t, client, tc.interactive, tc.stdin, append([]string{"reclaim", "local-pv-9-0", "--keep-data"}, tc.args...)...)
			if got.Code != tc.code || !strings.Contains(got.Stderr, tc.says) {
				t.Errorf("exit code %d, want %d; stderr\n%s", got.Code, tc.code, got.Stderr)
			}
			v, err := client.CoreV1().PersistentVolumes().Get(t.Context(), "local-pv-9-0", metav1.GetOptions{})
			if err != nil || (v.Spec.ClaimRef == nil) != tc.changed {
				t.Errorf("claimRef %v, error %v", v.Spec.ClaimRef, err)
			}
		})
	}
}

// interruptingReader is somebody who is asked and interrupts instead of answering.
type interruptingReader struct {
	interrupt context.CancelFunc
	end       chan struct{}
}

// Read implements io.Reader.
func (r *interruptingReader) Read([]byte) (int, error) {
	r.interrupt()
	<-r.end
	return 0, io.EOF
}

// An interrupt is an answer as well, and changes nothing.
func TestInterruptAtQuestion(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in := &interruptingReader{interrupt: cancel, end: make(chan struct{})}
	defer close(in.end)
	client := changeable(t)
	r := runner(cmdtest.Runner{Streams: output.Streams{In: in}, Client: client, Interactive: true, Clock: &instantClock{at: cmdtest.Now()}})
	got := r.RunUntil(ctx, t, "reclaim", "local-pv-9-0", "--keep-data")
	if got.Code != cli.ExitInterrupted || !strings.HasSuffix(got.Stderr, "[y/N] \ninterrupted: nothing was changed\n") || got.Stdout != "" {
		t.Errorf("exit code %d, stdout %q, stderr\n%s", got.Code, got.Stdout, got.Stderr)
	}
	if v, err := client.CoreV1().PersistentVolumes().Get(t.Context(), "local-pv-9-0", metav1.GetOptions{}); err != nil || v.Spec.ClaimRef == nil {
		t.Errorf("claimRef %v, error %v", v.Spec.ClaimRef, err)
	}
}

// Programs get a Result whatever happens, and the same exit codes as people.
func TestResultForPrograms(t *testing.T) {
	const done = "reclaim local-pv-9-0 --keep-data --yes"
	for _, tc := range []struct {
		args   string
		code   int
		status drain.Status
	}{
		{done, 0, drain.StatusDone},
		{"reclaim local-pv-9-0 --keep-data", 3, drain.StatusDeclined},
		{"reclaim local-pv-9-0 --yes", 3, drain.StatusBlocked},
		{"reclaim local-pv-0-1 --keep-data --yes", 0, drain.StatusDone},
	} {
		t.Run(tc.args, func(t *testing.T) {
			got := runChange(t, changeable(t), false, "", append(strings.Fields(tc.args), "-o", "json")...)
			var result drain.Result
			if err := json.Unmarshal([]byte(got.Stdout), &result); err != nil || result.Kind != "Result" {
				t.Fatalf("%v: %s", err, got.Stdout)
			}
			if result.Status != tc.status || got.Code != tc.code {
				t.Errorf("status %s, exit code %d; want %s, %d", result.Status, got.Code, tc.status, tc.code)
			}
			if ran := tc.args == done; !ran && result.Reason.Text == "" {
				t.Errorf("no reason: %s", got.Stdout)
			}
			if tc.status == drain.StatusBlocked != (len(result.Blockers) > 0) {
				t.Errorf("status %s, blockers %v", tc.status, result.Blockers)
			}
			for _, b := range result.Blockers {
				if b.Code != drain.BlockedUndecided || b.Override != "--keep-data" || b.Reason.Text == "" {
					t.Errorf("blocker %+v", b)
				}
			}
			for _, step := range result.Steps {
				if step.Title.Text == "" {
					t.Errorf("step %s has no title", step.ID)
				}
			}
		})
	}
}

// TestCommandLineCanBePasted wants the line that finishes the work to mean in a shell what was typed.
func TestCommandLineCanBePasted(t *testing.T) {
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"pvc/data", "-n", "shop", "-y"}, "kubectl localpv release pvc/data --namespace=shop --yes"},
		{[]string{"pv/a", "--reserve=false", "--timeout", "5m"}, "kubectl localpv release pv/a --reserve=false --timeout=5m0s"},
		{[]string{"pv/a", "--context", "bob's dev", "--yes"}, `kubectl localpv release pv/a --yes --context 'bob'\''s dev'`},
		{[]string{"pv/a", "--as-group", "x", "--as-group", "y"}, "kubectl localpv release pv/a --as-group x --as-group y"},
		{[]string{"pv/a", "--token", "hunter2", "--server", "https://c.test"}, "kubectl localpv release pv/a --server https://c.test"},
	} {
		t.Run(tc.want, func(t *testing.T) {
			root := runner(cmdtest.Runner{}).Root(cli.New(output.Streams{}, "test"))
			cmd, args, err := root.Find(append([]string{"release"}, tc.args...))
			if err == nil {
				err = cmd.ParseFlags(args)
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := phrase.New(cli.Connection(cmd)).Line(commandLine(cmd, cmd.Flags().Args())); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

// TestAliveOffersWhatIsHalfDone: a Result that is blocked because a node is alive says how to give claims back that an earlier run
// released there, and one that is blocked for another reason offers nothing.
func TestAliveOffersWhatIsHalfDone(t *testing.T) {
	for code, offers := range map[drain.BlockerCode]int{drain.BlockedAlive: 1, drain.BlockedUnfenced: 0} {
		var out, beside strings.Builder
		a := cli.New(output.Streams{Out: &out, ErrOut: &beside}, "test")
		machine, err := output.NewMachine("json", false)
		if err != nil {
			t.Fatal(err)
		}
		p := drain.New("recover")
		p.Blockers = []drain.Blocker{{Code: code, Reason: fact.New("NodeUnreachableButAlive", "node", "node-1")}}
		p.Next = []drain.Next{drain.NextIs(fact.New("ClaimHalfRecovered", "claim", "shop/data", "volume", "old").Offering(fact.Plugin("reattach", "old").With("--replace")))}
		var findings *cli.FindingsError
		if err := (&change{app: a, machine: machine}).blocked(p); !errors.As(err, &findings) {
			t.Errorf("%s: error %v", code, err)
		}
		var result drain.Result
		if err := json.Unmarshal([]byte(out.String()), &result); err != nil || len(result.Next) != offers {
			t.Errorf("%s: %v: %s", code, err, out.String())
		}
		if got := strings.Count(beside.String(), "kubectl localpv reattach old --replace"); got != offers {
			t.Errorf("%s: %s", code, beside.String())
		}
	}
}
