package e2e

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// TestNotesOnDisksComeTrue looks at a Pod whose claims would be given volumes on disks of others: the notes name the volumes that the
// volume controller then binds them to; and where the commands of the notes have been run, the scheduler gives them to nobody.
func TestNotesOnDisksComeTrue(t *testing.T) {
	free, kept := readExample(t, "pods/same-disk", "-free"), readExample(t, "pods/same-disk", "-kept")
	ctx := within(t)
	if err := applyNodes(ctx, free, kept); err != nil {
		t.Fatal(err)
	}
	for _, e := range []example{free, kept} {
		if err := applyRest(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	told := map[string]string{}
	for _, n := range disksNoted(t, free) {
		told[n.Get("claim")] = n.Get("volume")
	}
	if diff := gocmp.Diff(map[string]string{"data": free.object("b"), "wal": free.object("d")}, told); diff != "" {
		t.Fatalf("the volumes in the notes (- want, + got):\n%s", diff)
	}
	if err := releasePod(ctx, free); err != nil {
		t.Fatal(err)
	}
	waitPod(t, free, "db", scheduled)
	for name, volume := range told {
		claim, err := cluster.Client().CoreV1().PersistentVolumeClaims(free.namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if claim.Spec.VolumeName != volume {
			t.Errorf("claim %s is bound to %s, and the note named %s", name, claim.Spec.VolumeName, volume)
		}
	}

	for _, n := range disksNoted(t, kept) {
		command := n.Commands[0].Text
		if out, err := shell(t, t.TempDir(), command).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	if err := releasePod(ctx, kept); err != nil {
		t.Fatal(err)
	}
	waitPod(t, kept, "db", schedulerSays("1 "+noVolume))
	if left := disksNoted(t, kept); len(left) > 0 {
		t.Errorf("the volumes are kept from everybody, and the notes still say %v", left)
	}
}

// disksNoted are the notes of the example's Pod on disks of others, in the order of its claims. Each is of the kind that its claim is there for.
func disksNoted(t *testing.T, e example) []fact.Fact {
	t.Helper()
	report, _ := whyPending(t, e.namespace, "db")
	var out []fact.Fact
	for _, note := range report.Notes {
		switch note.Code {
		case "GetsDiskOfOther":
			checkNote(t, note, map[string]string{"claim": "data", "other": e.object("a"), "owner": e.namespace + "/first"})
		case "GetsDataOfOther":
			checkNote(t, note, map[string]string{"claim": "wal", "other": e.object("c"), "owner": e.namespace + "/gone"})
		default:
			continue
		}
		out = append(out, note)
	}
	return out
}

func checkNote(t *testing.T, note fact.Fact, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got := note.Get(name); got != value {
			t.Errorf("%s: %s is %q, want %q", note.Code, name, got, value)
		}
	}
	if len(note.Commands) != 1 {
		t.Fatalf("%s has %d commands", note.Code, len(note.Commands))
	}
}
