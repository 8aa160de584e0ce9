package drain

import (
	"fmt"
	"maps"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// old is the node that is drained; a, b and c stay.
const old = "old"

// open opens a scene with four Nodes of its own.
func open(t *testing.T, name string) *live.Scene {
	t.Helper()
	s := cluster.Scene(t, name)
	s.MadeUp = []string{"web", "cache", "bystander"}
	s.OwnNodes(old, "a", "b", "c")
	return s
}

// bystander makes a workload on c that nothing may happen to.
func bystander(s *live.Scene) {
	tied(s, "bystander", "bystander", "c")
	s.Deployment("bystander", "bystander")
	runs(s, "bystander", 1)
}

// runs waits until so many Pods of a Deployment are Ready, and its controller knows.
func runs(s *live.Scene, name string, count int32) {
	s.WaitPods(name, int(count))
	_, err := controlplane.WaitFor(s.Context(), cluster.Client().AppsV1().Deployments(s.Name), name, func(d *appsv1.Deployment) (bool, string) {
		if d == nil {
			return false, "there is none"
		}
		st := d.Status
		return st.ObservedGeneration == d.Generation && st.Replicas == count && st.UpdatedReplicas == count && st.ReadyReplicas == count &&
			st.AvailableReplicas == count && st.UnavailableReplicas == 0, fmt.Sprintf("%+v", st)
	})
	if err != nil {
		s.Fail(err)
	}
}

// tied makes a volume on a node and a claim that is bound to it.
func tied(s *live.Scene, claim, volume, node string, change ...func(*corev1.PersistentVolume)) {
	s.Volume(volume, s.VolumeName(node), change...)
	s.BoundClaim(claim, volume)
}

// small is the size of logs: smaller than data, so that it is clear which claim gets which volume.
const small = "5Gi"

func smallVolume(v *corev1.PersistentVolume) {
	v.Spec.Capacity[corev1.ResourceStorage] = resource.MustParse(small)
}

func smallClaim(c *corev1.PersistentVolumeClaim) {
	c.Spec.Resources.Requests[corev1.ResourceStorage] = resource.MustParse(small)
}

// free makes volumes that nobody has: free-a on a and so on.
func free(s *live.Scene, nodes ...string) {
	for _, node := range nodes {
		s.Volume("free-"+node, s.VolumeName(node))
	}
}

// database makes a StatefulSet db of which member i is on the i-th node, with a volume for each claim template, and
// waits until all are Ready.
func database(s *live.Scene, nodes []string, change ...func(*appsv1.StatefulSet)) {
	set := &appsv1.StatefulSet{}
	for _, c := range change {
		c(set)
	}
	for i, node := range nodes {
		tied(s, fmt.Sprintf("data-db-%d", i), fmt.Sprintf("data-%d", i), node)
		if len(set.Spec.VolumeClaimTemplates) > 0 {
			logs := fmt.Sprintf("logs-%d", i)
			s.Volume(logs, s.VolumeName(node), smallVolume)
			s.BoundClaim(fmt.Sprintf("logs-db-%d", i), logs, smallClaim)
		}
	}
	s.StatefulSet("db", int32(len(nodes)), change...)
	s.WaitStatefulSet("db")
}

// withLogs adds a claim template.
func withLogs(s *live.Scene) func(*appsv1.StatefulSet) {
	return func(set *appsv1.StatefulSet) {
		c := s.NewClaim("logs")
		smallClaim(c)
		set.Spec.VolumeClaimTemplates = append(set.Spec.VolumeClaimTemplates, corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "logs"}, Spec: c.Spec})
	}
}

// at runs something while only one node takes Pods.
func at(s *live.Scene, node string, do func()) {
	others := []string{old, "a", "b", "c"}
	for _, n := range others {
		if n != node {
			cordon(s, n, true)
		}
	}
	do()
	for _, n := range others {
		if n != node {
			cordon(s, n, false)
		}
	}
}

func cordon(s *live.Scene, node string, on bool) {
	patch := fmt.Appendf(nil, `{"spec":{"unschedulable":%t}}`, on)
	if _, err := cluster.Client().CoreV1().Nodes().Patch(s.Context(), s.VolumeName(node), types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		s.Fail(err)
	}
}

// runner makes a Deployment of so many Pods, started on the node that is drained; they may go on to a.
func runner(s *live.Scene, name string, replicas int32, change ...func(*corev1.PodTemplateSpec)) {
	labels := map[string]string{"app": name}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: maps.Clone(labels)}, Spec: s.NewPod(name).Spec}
	template.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{{
			Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{s.VolumeName(old), s.VolumeName("a")}}}}}}}}
	for _, c := range change {
		c(&template)
	}
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: s.Name, Name: name},
		Spec: appsv1.DeploymentSpec{Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: template}}
	at(s, old, func() {
		if _, err := cluster.Client().AppsV1().Deployments(s.Name).Create(s.Context(), d, metav1.CreateOptions{}); err != nil {
			s.Fail(err)
		}
		runs(s, name, replicas)
	})
}

// agent makes a DaemonSet on the scene's nodes.
func agent(s *live.Scene) {
	labels := map[string]string{"app": "agent"}
	d := &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Namespace: s.Name, Name: "agent"}, Spec: appsv1.DaemonSetSpec{
		Selector: &metav1.LabelSelector{MatchLabels: labels},
		Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: s.NewPod("agent").Spec},
	}}
	if _, err := cluster.Client().AppsV1().DaemonSets(s.Name).Create(s.Context(), d, metav1.CreateOptions{}); err != nil {
		s.Fail(err)
	}
	s.WaitPods("agent", 4)
}

// onOld creates a Pod on the node that is drained and waits until it is Ready.
func onOld(s *live.Scene, pod *corev1.Pod) {
	pod.Spec.NodeName = s.VolumeName(old)
	create(s, pod)
	s.WaitPod(pod.Name, controlplane.PodReady)
}

func create(s *live.Scene, pod *corev1.Pod) {
	if _, err := cluster.Client().CoreV1().Pods(s.Name).Create(s.Context(), pod, metav1.CreateOptions{}); err != nil {
		s.Fail(err)
	}
}

// budget lets so many Pods of an application be missing.
func budget(s *live.Scene, name, app string, missing int) {
	b := &policyv1.PodDisruptionBudget{ObjectMeta: metav1.ObjectMeta{Namespace: s.Name, Name: name}, Spec: policyv1.PodDisruptionBudgetSpec{
		MaxUnavailable: ptr.To(intstr.FromInt32(int32(missing))), Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": app}}}}
	budgets := cluster.Client().PolicyV1().PodDisruptionBudgets(s.Name)
	if _, err := budgets.Create(s.Context(), b, metav1.CreateOptions{}); err != nil {
		s.Fail(err)
	}
	_, err := controlplane.WaitFor(s.Context(), budgets, name, func(b *policyv1.PodDisruptionBudget) (bool, string) {
		return b != nil && b.Status.ObservedGeneration == b.Generation && b.Status.ExpectedPods > 0, "the budget has not been looked at"
	})
	if err != nil {
		s.Fail(err)
	}
}

// lift lets all Pods of a budget be missing.
func lift(s *live.Scene, name string) {
	patch := []byte(`{"spec":{"maxUnavailable":"100%"}}`)
	if _, err := cluster.Client().PolicyV1().PodDisruptionBudgets(s.Name).Patch(s.Context(), name, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		s.Fail(err)
	}
}
