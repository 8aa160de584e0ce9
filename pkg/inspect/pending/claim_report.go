package pending

import (
	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// claimReports are the claims of the Pod with what is found of them.
func claimReports(e *evidence, found []claimFinding) []ClaimReport {
	reports := make([]ClaimReport, 0, len(e.uses))
	for i, u := range e.uses {
		reports = append(reports, claimReport(e.ix, u, found[i]))
	}
	return reports
}

// claimReport is a claim as it asks, with what is found of it.
func claimReport(ix *inspect.Index, u claimUse, f claimFinding) ClaimReport {
	r := ClaimReport{Name: u.name, Code: f.code, Reason: f.reason}
	if u.claim == nil {
		return r
	}
	c := u.claim
	request := c.Spec.Resources.Requests[corev1.ResourceStorage]
	r.Request = request.String()
	r.StorageClass = volumehelpers.GetPersistentVolumeClaimClass(c)
	r.VolumeMode = string(volumeMode(c.Spec.VolumeMode))
	for _, m := range c.Spec.AccessModes {
		r.AccessModes = append(r.AccessModes, string(m))
	}
	if inspect.FullyBound(c) {
		r.BoundVolume = c.Spec.VolumeName
		return r
	}
	if u.matcher != nil {
		r.Volumes = u.matcher.Counts()
		if v := ix.ReservedFor(c); v != nil {
			r.Reserved = v.Name
		}
	}
	return r
}

// volumeMode is a mode as the API defaults it.
func volumeMode(m *corev1.PersistentVolumeMode) corev1.PersistentVolumeMode {
	if m == nil {
		return corev1.PersistentVolumeFilesystem
	}
	return *m
}
