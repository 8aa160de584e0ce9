package e2e

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// podsPerSeed are to be placed, besides those that run from the start and those in reserve.
const podsPerSeed = 36

// newPod is a Pod of the world that asks for little and may go to any Node of it.
func (w *world) newPod(name string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: w.name, Labels: map[string]string{"app": pick(w, "a", "b", "c", "d")}},
		Spec: corev1.PodSpec{
			NodeSelector:                  map[string]string{"pool": w.name},
			TerminationGracePeriodSeconds: ptr.To(int64(0)),
			Containers: []corev1.Container{{
				Name: "main", Image: "registry.k8s.io/pause:3.10",
				Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{
					corev1.ResourceCPU:    resource.MustParse("100m"),
					corev1.ResourceMemory: resource.MustParse("64Mi"),
				}},
			}},
		},
	}
}

// addRunning puts Pods on Nodes without asking the scheduler. They tolerate everything, so they stay.
func (w *world) addRunning() {
	for i, node := range w.nodes {
		for j := range w.random.IntN(3) {
			pod := w.newPod(fmt.Sprintf("running-%d-%d", i, j))
			pod.Spec.NodeSelector = nil
			pod.Spec.NodeName = node.Name
			pod.Spec.Tolerations = []corev1.Toleration{{Operator: corev1.TolerationOpExists}}
			w.varyResources(pod)
			w.varyPorts(pod)
			if w.chance(20) {
				pod.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
					RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{w.near()},
				}}
			}
			w.running = append(w.running, pod)
		}
	}
	for i := range w.claims { // some of the bound claims are in use, and some of these are to be deleted
		if !w.chance(50) {
			continue
		}
		pod := w.newPod(fmt.Sprintf("user-%d", i))
		pod.Spec.NodeSelector, pod.Spec.NodeName = nil, pick(w, w.nodes...).Name
		pod.Spec.Tolerations = []corev1.Toleration{{Operator: corev1.TolerationOpExists}}
		mount(pod, w.claims[i].Name)
		w.running = append(w.running, pod)
		if w.chance(30) {
			w.terminate = append(w.terminate, w.claims[i].Name)
		}
	}
}

// addPod adds a Pod that has to be placed, with whatever may keep it from it.
func (w *world) addPod(i int) {
	pod := w.newPod(fmt.Sprintf("pod-%d", i))
	w.varyResources(pod)
	w.varyPorts(pod)
	w.varyPlace(pod)
	w.varyNeighbours(pod)
	switch {
	case w.chance(4):
		pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "example.com/quota"}}
	case w.chance(3):
		pod.Spec.SchedulerName = "packer"
	}
	if w.chance(65) {
		w.varyVolumes(pod, i)
	}
	w.pods = append(w.pods, pod)
}

func (w *world) varyResources(pod *corev1.Pod) {
	requests := pod.Spec.Containers[0].Resources.Requests
	if w.chance(30) {
		requests[corev1.ResourceCPU] = resource.MustParse(pick(w, "500m", "1", "2", "16"))
	}
	if w.chance(15) {
		requests[corev1.ResourceMemory] = resource.MustParse(pick(w, "1Gi", "6Gi", "64Gi"))
	}
	if w.chance(8) {
		gpu := corev1.ResourceName("example.com/gpu")
		requests[gpu] = resource.MustParse("1")
		pod.Spec.Containers[0].Resources.Limits = corev1.ResourceList{gpu: requests[gpu]}
	}
	if w.chance(10) {
		pod.Spec.InitContainers = []corev1.Container{{
			Name: "init", Image: "registry.k8s.io/pause:3.10",
			Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(pick(w, "1", "3", "9"))}},
		}}
	}
}

func (w *world) varyPorts(pod *corev1.Pod) {
	if w.chance(12) {
		port := pick[int32](w, 8080, 9090)
		pod.Spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: port, HostPort: port}}
	}
}

func (w *world) varyPlace(pod *corev1.Pod) {
	if w.chance(25) {
		pod.Spec.Tolerations = append(pod.Spec.Tolerations, pick(w,
			corev1.Toleration{Key: "dedicated", Operator: corev1.TolerationOpExists},
			corev1.Toleration{Key: "draining", Operator: corev1.TolerationOpEqual, Value: "yes", Effect: corev1.TaintEffectNoExecute},
			corev1.Toleration{Operator: corev1.TolerationOpExists}))
	}
	if w.chance(20) {
		pod.Spec.NodeSelector["disk"] = pick(w, "ssd", "hdd", "tape")
	}
	if w.chance(25) {
		pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{w.nodeTerm()}},
		}}
	}
}

func (w *world) nodeTerm() corev1.NodeSelectorTerm {
	requirement := func(key string, op corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorTerm {
		return corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: op, Values: values}}}
	}
	node := pick(w, w.nodes...)
	switch w.random.IntN(6) {
	case 0:
		return requirement(corev1.LabelTopologyZone, corev1.NodeSelectorOpIn, w.name+"-a")
	case 1:
		return requirement(corev1.LabelTopologyZone, corev1.NodeSelectorOpDoesNotExist)
	case 2:
		return requirement("generation", corev1.NodeSelectorOpGt, "2")
	case 3:
		return requirement(corev1.LabelHostname, corev1.NodeSelectorOpNotIn, node.Labels[corev1.LabelHostname])
	case 4:
		return requirement(corev1.LabelHostname, corev1.NodeSelectorOpIn, node.Labels[corev1.LabelHostname])
	default: // the scheduler looks at this one Node only
		return corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{
			{Key: metav1.ObjectNameField, Operator: corev1.NodeSelectorOpIn, Values: []string{node.Name}},
		}}
	}
}

// near is a term about Pods of some app on the same Node or in the same zone.
func (w *world) near() corev1.PodAffinityTerm {
	return corev1.PodAffinityTerm{
		LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": pick(w, "a", "b", "c", "d")}},
		TopologyKey:   pick(w, corev1.LabelHostname, corev1.LabelHostname, corev1.LabelTopologyZone),
	}
}

func (w *world) varyNeighbours(pod *corev1.Pod) {
	if pod.Spec.Affinity == nil {
		pod.Spec.Affinity = &corev1.Affinity{}
	}
	if w.chance(15) {
		pod.Spec.Affinity.PodAntiAffinity = &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{w.near()}}
	}
	if w.chance(12) {
		pod.Spec.Affinity.PodAffinity = &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{w.near()}}
	}
	if w.chance(15) {
		pod.Spec.TopologySpreadConstraints = []corev1.TopologySpreadConstraint{{
			MaxSkew: 1, TopologyKey: pick(w, corev1.LabelHostname, corev1.LabelTopologyZone), WhenUnsatisfiable: corev1.DoNotSchedule,
			LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": pod.Labels["app"]}},
		}}
	}
}

// mount gives a Pod a claim. Whether it is mounted or mapped does not matter to the scheduler.
func mount(pod *corev1.Pod, claim string) {
	pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{
		Name:         claim,
		VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim}},
	})
}
