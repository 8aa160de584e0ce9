package change

import (
	"encoding/json"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

const (
	// inVainFile has a claim that names a volume which is not there.
	inVainFile = "testdata/in_vain.yaml"
	// makeWay is what its member needs besides its volume.
	makeWay = "kubectl delete pvc/data-mysql-0 pod/mysql-0 -n default"
)

// lastLine is the last line of a text.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// TestWhatIsMissingComesLast: whoever gets a volume and cannot use it is told last what for. Where the command was asked to help somebody who is not
// helped, the exit code is not 0.
func TestWhatIsMissingComesLast(t *testing.T) {
	for _, tc := range []struct {
		args string
		code int
	}{
		{"reclaim local-pv-0-0 --keep-data --for default/data-mysql-0", 1},
		{"reclaim local-pv-0-0 --keep-data", 0},
		{"reclaim --released --keep-data", 0},
	} {
		t.Run(tc.args, func(t *testing.T) {
			args := append(strings.Fields(tc.args), "--dry-run", "--from", inVainFile)
			got := runner(cmdtest.Runner{}).Run(t, args...)
			if last := lastLine(got.Stdout); got.Code != tc.code || got.Stderr != "" || !strings.HasSuffix(last, makeWay) {
				t.Errorf("exit code %d, want %d; stderr %q; stdout\n%s", got.Code, tc.code, got.Stderr, got.Stdout)
			}
			var p drain.Plan
			got = runner(cmdtest.Runner{}).Run(t, append(args, "-o", "json")...)
			if err := json.Unmarshal([]byte(got.Stdout), &p); err != nil || got.Code != tc.code {
				t.Fatalf("exit code %d, want %d; %v", got.Code, tc.code, err)
			}
			if last := p.Next[len(p.Next)-1]; !last.Missing || !strings.HasSuffix(last.Text, makeWay) || len(p.StillWaiting) != tc.code {
				t.Errorf("last %+v, still waiting %v", last, p.StillWaiting)
			}
		})
	}
}

// TestRunSaysWhatIsMissingLast: the run ends as its preview does, and once more when it is run again.
func TestRunSaysWhatIsMissingLast(t *testing.T) {
	client := changeableFrom(t, inVainFile)
	for _, run := range []string{"first", "again"} {
		got := runChange(t, client, false, "", "reclaim", "local-pv-0-0", "--keep-data", "--for", "default/data-mysql-0", "--yes")
		if got.Code != 1 || !strings.Contains(lastLine(got.Stderr), makeWay) || strings.Count(got.Stdout+got.Stderr, makeWay) != 1 {
			t.Errorf("%s: exit code %d; stdout\n%s\nstderr\n%s", run, got.Code, got.Stdout, got.Stderr)
		}
		v, err := client.CoreV1().PersistentVolumes().Get(t.Context(), "local-pv-0-0", metav1.GetOptions{})
		if err != nil || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.Name != "data-mysql-0" || v.Spec.ClaimRef.UID != "" {
			t.Fatalf("%s: claimRef %v, error %v", run, v.Spec.ClaimRef, err)
		}
		var r drain.Result
		got = runChange(t, client, false, "", "reclaim", "local-pv-0-0", "--keep-data", "--for", "default/data-mysql-0", "--yes", "-o", "json")
		if err := json.Unmarshal([]byte(got.Stdout), &r); err != nil || got.Code != 1 || r.Status != drain.StatusIncomplete || len(r.StillWaiting) != 1 || r.Reason.Code != "StillWaiting" {
			t.Errorf("%s: exit code %d, %v; %s", run, got.Code, err, got.Stdout)
		}
	}
}
