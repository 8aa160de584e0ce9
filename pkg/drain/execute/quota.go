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

// quotaAllowsInstead reports whether quotas that refuse one claim more allow it in the place of the one that there is: what is used, without
// that one and with one like it, is what is used now. Quotas that may not be read are known by what the server said of them.
func (r *run) quotaAllowsInstead(ctx context.Context, c *corev1.PersistentVolumeClaim, said string) bool {
	old, err := r.live.claim(ctx, drain.ClaimObject(c))
	if err != nil || old == nil {
		return false // it is one more
	}
	list, err := r.Client.CoreV1().ResourceQuotas(c.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		used, hard := quotaNumbers(said)
		return len(used) > 0 && within(used, hard)
	}
	for i := range list.Items {
		status := list.Items[i].Status
		for _, name := range quotaResources(c) {
			limit, limited := status.Hard[name]
			if used := status.Used[name]; limited && used.Cmp(limit) > 0 {
				return false
			}
		}
	}
	return true
}

// quotaResources are what a claim counts for in quotas (kubernetes/pkg/quota/v1/evaluator/core: persistent_volume_claims.go).
func quotaResources(c *corev1.PersistentVolumeClaim) []corev1.ResourceName {
	const ofClass = ".storageclass.storage.k8s.io/"
	names := []corev1.ResourceName{corev1.ResourcePersistentVolumeClaims, corev1.ResourceRequestsStorage, "count/persistentvolumeclaims"}
	if class := volumehelpers.GetPersistentVolumeClaimClass(c); class != "" {
		names = append(names, corev1.ResourceName(class+ofClass+"persistentvolumeclaims"), corev1.ResourceName(class+ofClass+"requests.storage"))
	}
	return names
}

// quotaNumbers are the numbers in what the server says of a quota: "exceeded quota: q, requested: a=1, used: a=2, limited: a=2"
// (apiserver/pkg/admission/plugin/resourcequota: controller.go).
func quotaNumbers(said string) (used, hard corev1.ResourceList) {
	parts := regexp.MustCompile(`used: (\S+), limited: (\S+)$`).FindStringSubmatch(said)
	if parts == nil {
		return nil, nil
	}
	return resourceList(parts[1]), resourceList(parts[2])
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

// within reports whether all that is used is within its limit.
func within(used, hard corev1.ResourceList) bool {
	for name, amount := range used {
		if limit, limited := hard[name]; !limited || amount.Cmp(limit) > 0 {
			return false
		}
	}
	return true
}
