package fix_test

import (
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// givingAway is the fix that gives a volume to a claim that it is not the own data of.
func givingAway(fixes []fix.Fix, volume string) *fix.Fix {
	for i := range fixes {
		if fixes[i].ID == "reclaim-"+volume {
			return &fixes[i]
		}
	}
	return nil
}

// TestVolumeOfClaimToComeIsNotOffered: the claim that left a volume need not be there to need it. A StatefulSet creates that of a later member
// once the earlier ones are Ready.
func TestVolumeOfClaimToComeIsNotOffered(t *testing.T) {
	for name, tc := range map[string]struct {
		claim   string
		alter   func(*pendingtest.Scene)
		offered bool
	}{
		"the next member":   {claim: "data-q-1", alter: func(*pendingtest.Scene) {}},
		"none of the set's": {claim: "data-q-2", alter: func(*pendingtest.Scene) {}, offered: true},
		"a set of one":      {claim: "data-q-1", alter: func(s *pendingtest.Scene) { *s.Snapshot.StatefulSets[0].Spec.Replicas = 1 }, offered: true},
		"one that is leaving": {claim: "data-q-1", alter: func(s *pendingtest.Scene) {
			leaving := Claim("data-q-1", WithUID("younger"))
			at := Ago(0)
			leaving.DeletionTimestamp = &at
			s.Snapshot.Claims = append(s.Snapshot.Claims, leaving)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			s.Snapshot.StatefulSets = []*appsv1.StatefulSet{StatefulSet("q", 2)}
			for _, v := range []string{"v-n0", "v-n1", "v-n2"} {
				leave(s, v, tc.claim)
			}
			tc.alter(s)
			if got := givingAway(s.Explain(t).Fixes, "v-n1"); (got != nil) != tc.offered {
				t.Errorf("offered %+v, want %v", got, tc.offered)
			}
		})
	}
}

// TestWipedVolumeIsNoRisk: nothing is on a volume that was wiped, so nothing is at risk, and nothing has to be accepted.
func TestWipedVolumeIsNoRisk(t *testing.T) {
	s := pendingtest.New()
	for _, v := range []string{"v-n0", "v-n1", "v-n2"} {
		leave(s, v, "other")
		VolumeAnnotation("localpv.dev/wiped", `{"at":"`+Now().Add(-time.Hour).Format(time.RFC3339)+`","verified":true}`)(s.Volume(v))
	}
	f := givingAway(s.Explain(t).Fixes, "v-n1")
	if f == nil || f.Risk != fix.RiskLow {
		t.Fatalf("%+v", f)
	}
	if got := phrase.New(phrase.Connection{}).Line(f.Commands[0]); got != "kubectl localpv reclaim v-n1 --for shop/data" {
		t.Error(got)
	}
}

// TestVolumeIsOfferedWithSetsUnread: whether a StatefulSet needs the data is said to be unknown where it is.
func TestVolumeIsOfferedWithSetsUnread(t *testing.T) {
	s := pendingtest.New()
	for _, v := range []string{"v-n0", "v-n1", "v-n2"} {
		leave(s, v, "data-q-1")
	}
	s.Snapshot.Gaps = append(s.Snapshot.Gaps, inspect.Gap{Kind: inspect.StatefulSets, Reason: "forbidden: list statefulsets"})
	f := givingAway(s.Explain(t).Fixes, "v-n1")
	if f == nil || len(f.Notes) < 2 || f.Notes[1].Code != "SetMayNeedData" || !strings.Contains(f.Notes[1].Get("old"), "data-q-1") {
		t.Errorf("offered %+v", f)
	}
}
