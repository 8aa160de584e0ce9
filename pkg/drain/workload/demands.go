package workload

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	corev1 "k8s.io/api/core/v1"
	resourcehelpers "k8s.io/component-helpers/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// DemandsOf are the parts of a Pod that the scheduler's filters look at, each with a digest of what it says; a part that says nothing
// is left out. Two Pods with the same demands fit the same nodes.
func DemandsOf(p *corev1.Pod) drain.Demands {
	out := drain.Demands{}
	for part, what := range map[string]any{
		"nodeSelector": p.Spec.NodeSelector, "affinity": requiredOf(p.Spec.Affinity), "tolerations": tolerationsOf(p),
		"topologySpreadConstraints": spreadOf(p), "requests": requestsOf(p), "hostPorts": hostPortsOf(p), "claims": claimsOf(p),
		"schedulerName": schedulerOf(p), "schedulingGates": p.Spec.SchedulingGates, "resourceClaims": p.Spec.ResourceClaims,
	} {
		if digest := digestOf(what); digest != "" {
			out[part] = digest
		}
	}
	return out
}

// Others are the parts in which a Pod that waits asks for something else than any of those that were judged, compared with the one that
// it is most like, sorted; none if it asks for the same as one of them.
func Others(judged []drain.Demands, p *corev1.Pod) []string {
	have := DemandsOf(p)
	var fewest []string
	for i, want := range judged {
		var others []string
		for part := range have {
			if have[part] != want[part] {
				others = append(others, part)
			}
		}
		for part := range want {
			if _, there := have[part]; !there {
				others = append(others, part)
			}
		}
		if i == 0 || len(others) < len(fewest) {
			fewest = others
		}
	}
	slices.Sort(fewest)
	return fewest
}

// digestOf is a short digest of a value, empty for one that says nothing.
func digestOf(v any) string {
	data, err := json.Marshal(v)
	if text := string(data); err != nil || text == "null" || text == "[]" || text == "{}" || text == `""` {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:4])
}

// requiredOf is what of an affinity has to hold.
func requiredOf(a *corev1.Affinity) any {
	out := map[string]any{}
	if a == nil {
		return out
	}
	if a.NodeAffinity != nil && a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution != nil {
		out["node"] = a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution
	}
	if a.PodAffinity != nil && len(a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution) > 0 {
		out["pod"] = a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution
	}
	if a.PodAntiAffinity != nil && len(a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution) > 0 {
		out["apart"] = a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution
	}
	return out
}

// tolerationsOf are the tolerations of a Pod, sorted, without those that admission gives every Pod
// (plugin/pkg/admission/defaulttolerationseconds).
func tolerationsOf(p *corev1.Pod) []string {
	var out []string
	for _, t := range p.Spec.Tolerations {
		given := t.Effect == corev1.TaintEffectNoExecute && t.TolerationSeconds != nil &&
			(t.Key == corev1.TaintNodeNotReady || t.Key == corev1.TaintNodeUnreachable)
		if !given {
			t.TolerationSeconds = nil // how long it may stay is no filter's business
			out = append(out, digestOf(t))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// spreadOf are the constraints that have to hold.
func spreadOf(p *corev1.Pod) []corev1.TopologySpreadConstraint {
	return slices.DeleteFunc(slices.Clone(p.Spec.TopologySpreadConstraints), func(c corev1.TopologySpreadConstraint) bool {
		return c.WhenUnsatisfiable != corev1.DoNotSchedule
	})
}

// requestsOf is what a Pod asks for in all, in thousandths.
func requestsOf(p *corev1.Pod) map[string]int64 {
	out := map[string]int64{}
	for name, amount := range resourcehelpers.PodRequests(p, resourcehelpers.PodResourcesOptions{}) {
		if !amount.IsZero() {
			out[string(name)] = amount.MilliValue()
		}
	}
	return out
}

// hostPortsOf are the ports that a Pod takes of its node, sorted.
func hostPortsOf(p *corev1.Pod) []string {
	var out []string
	for _, containers := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for _, c := range containers {
			for _, port := range c.Ports {
				if port.HostPort == 0 && p.Spec.HostNetwork {
					port.HostPort = port.ContainerPort // pkg/apis/core/v1/defaults.go: defaultHostNetworkPorts
				}
				if port.HostPort != 0 {
					out = append(out, digestOf([]any{port.HostIP, port.HostPort, protocolOf(port)}))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func protocolOf(port corev1.ContainerPort) corev1.Protocol {
	if port.Protocol == "" {
		return corev1.ProtocolTCP
	}
	return port.Protocol
}

// claimsOf are the claims that a Pod names, and its generic ephemeral volumes, sorted.
func claimsOf(p *corev1.Pod) []string {
	var out []string
	for _, v := range p.Spec.Volumes {
		switch {
		case v.PersistentVolumeClaim != nil:
			out = append(out, "claim "+v.PersistentVolumeClaim.ClaimName)
		case v.Ephemeral != nil && v.Ephemeral.VolumeClaimTemplate != nil:
			out = append(out, "ephemeral "+v.Name+" "+digestOf(v.Ephemeral.VolumeClaimTemplate.Spec))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// schedulerOf is the scheduler of a Pod, empty for the default one.
func schedulerOf(p *corev1.Pod) string {
	if p.Spec.SchedulerName == corev1.DefaultSchedulerName {
		return ""
	}
	return p.Spec.SchedulerName
}
