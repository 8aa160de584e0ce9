package pending

import (
	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// claimReports are the claims of the Pod with what is found of them.
func claimReports(e evidence.Evidence, found []claimFinding) []ClaimReport {
	reports := make([]ClaimReport, 0, len(e.Uses))
	for i, u := range e.Uses {
		reports = append(reports, claimReport(e.Index, u, found[i]))
	}
	return reports
}

// claimReport is a claim as it asks, with what is found of it.
func claimReport(ix *inspect.Index, u evidence.ClaimUse, f claimFinding) ClaimReport {
	r := ClaimReport{Name: u.Name, Code: f.code, Reason: f.reason}
	if u.Claim == nil {
		return r
	}
	c := u.Claim
	request := c.Spec.Resources.Requests[corev1.ResourceStorage]
	r.Request = request.String()
	r.StorageClass = volumehelpers.GetPersistentVolumeClaimClass(c)
	r.VolumeMode = string(ptr.Deref(c.Spec.VolumeMode, corev1.PersistentVolumeFilesystem))
	for _, m := range c.Spec.AccessModes {
		r.AccessModes = append(r.AccessModes, string(m))
	}
	if inspect.FullyBound(c) {
		r.BoundVolume = c.Spec.VolumeName
		return r
	}
	if u.Matcher != nil {
		r.Volumes = u.Matcher.Counts()
		r.ClaimedBy = u.Matcher.ClaimedBy()
		if v := ix.ReservedFor(c); v != nil {
			r.Reserved = v.Name
		}
	}
	return r
}
