package execute

import (
	"context"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// quotaAllowsInstead reports whether quotas that refuse one claim more, or one Pod more, allow it in the place of the one that there is: what
// is used is counted without that one. Of the quota that refuses, the server says what it counts; other quotas of claims are read, if they
// may be.
func (r *run) quotaAllowsInstead(ctx context.Context, q question, said string) bool {
	old := r.usedBefore(ctx, q)
	requested, used, hard := quotaNumbers(said)
	if len(old) == 0 || len(used) == 0 || !within(used, requested, old, hard) {
		return false // it is one more
	}
	if q.claim == nil {
		return true
	}
	list, err := r.Client.CoreV1().ResourceQuotas(q.claim.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return true
	}
	fresh := usageOfClaim(q.claim)
	for i := range list.Items {
		status := list.Items[i].Status
		counted := corev1.ResourceList{}
		for name, amount := range status.Used {
			if _, asked := fresh[name]; asked {
				counted[name] = amount
			}
		}
		if !within(counted, fresh, old, status.Hard) {
			return false
		}
	}
	return true
}

// usedBefore is what the claim or Pod counts for in quotas whose place the new one takes; nothing, if there is none.
func (r *run) usedBefore(ctx context.Context, q question) corev1.ResourceList {
	if q.pod != nil {
		old, err := r.live.pod(ctx, drain.PodObject(q.pod))
		if err != nil || old == nil {
			return nil
		}
		return usageOfPod(old, r.Clock.Now())
	}
	if q.claim == nil {
		return nil
	}
	old, err := r.live.claim(ctx, drain.ClaimObject(q.claim))
	if err != nil || old == nil {
		return nil
	}
	return usageOfClaim(old)
}

// usageOfClaim is what a claim counts for in quotas (kubernetes/pkg/quota/v1/evaluator/core: persistent_volume_claims.go).
func usageOfClaim(c *corev1.PersistentVolumeClaim) corev1.ResourceList {
	const ofClass = ".storageclass.storage.k8s.io/"
	one, storage := *resource.NewQuantity(1, resource.DecimalSI), c.Spec.Resources.Requests[corev1.ResourceStorage]
	out := corev1.ResourceList{corev1.ResourcePersistentVolumeClaims: one, "count/persistentvolumeclaims": one, corev1.ResourceRequestsStorage: storage}
	if class := volumehelpers.GetPersistentVolumeClaimClass(c); class != "" {
		out[corev1.ResourceName(class+ofClass+"persistentvolumeclaims")] = one
		out[corev1.ResourceName(class+ofClass+"requests.storage")] = storage
	}
	return out
}

// quotaNumbers are the numbers in what the server says of a quota: "exceeded quota: q, requested: a=1, used: a=2, limited: a=2"
// (apiserver/pkg/admission/plugin/resourcequota: controller.go).
func quotaNumbers(said string) (requested, used, hard corev1.ResourceList) {
	parts := regexp.MustCompile(`requested: (\S+), used: (\S+), limited: (\S+)$`).FindStringSubmatch(said)
	if parts == nil {
		return nil, nil, nil
	}
	return resourceList(parts[1]), resourceList(parts[2]), resourceList(parts[3])
}

func resourceList(text string) corev1.ResourceList {
	out := corev1.ResourceList{}
	for pair := range strings.SplitSeq(text, ",") {
		name, amount, _ := strings.Cut(pair, "=")
		if q, err := resource.ParseQuantity(amount); err == nil {
			out[corev1.ResourceName(name)] = q
		}
	}
	return out
}

// within reports whether all that is used is within its limit once something comes and something else has gone.
func within(used, comes, goes, hard corev1.ResourceList) bool {
	for name, amount := range used {
		limit, limited := hard[name]
		if !limited {
			continue
		}
		then := amount.DeepCopy()
		then.Add(comes[name])
		then.Sub(goes[name])
		if then.Cmp(limit) > 0 {
			return false
		}
	}
	return true
}
