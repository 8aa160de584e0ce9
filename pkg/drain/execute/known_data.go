package execute

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// sameData refuses if something else is known of the data on a volume than when the Plan was made, or somebody may have had the volume since.
func sameData(v *corev1.PersistentVolume, now time.Time, was *drain.KnownData) error {
	if was == nil {
		return nil
	}
	is := workload.KnownDataOf(v, now)
	switch {
	case was.Wiped != is.Wiped, ptr.Deref(was.Claim, drain.Object{}) != ptr.Deref(is.Claim, drain.Object{}):
		return refused(fact.New("DataChanged", "volume", v.Name, "was", toldData(was), "now", toldData(is)))
	case was.FreeSince != nil && is.FreeSince != nil && !was.FreeSince.Equal(is.FreeSince):
		return refused(fact.New("VolumeHadMeanwhile", "volume", v.Name))
	}
	return nil
}

// toldData is what is known of the data on a volume, as a value of other Facts.
func toldData(d *drain.KnownData) fact.Fact {
	switch {
	case d.Wiped:
		return fact.New("DataIsWiped")
	case d.Claim != nil:
		return fact.New("DataIsOf", "claim", *d.Claim)
	}
	return fact.New("DataIsUnknown")
}
