package inspecttest

import (
	"maps"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"
)

// StatefulSet has Pods that ask for one CPU and one claim, data.
func StatefulSet(name string, replicas int32, edits ...func(*appsv1.StatefulSet)) *appsv1.StatefulSet {
	s := &appsv1.StatefulSet{
		ObjectMeta: inNs(saved(name, 60*day)),
		Spec: appsv1.StatefulSetSpec{
			Replicas: &replicas, ServiceName: name, Selector: selector(name), Template: template(name),
			PodManagementPolicy: appsv1.OrderedReadyPodManagement, RevisionHistoryLimit: ptr.To(int32(10)),
			UpdateStrategy: appsv1.StatefulSetUpdateStrategy{
				Type: appsv1.RollingUpdateStatefulSetStrategyType, RollingUpdate: &appsv1.RollingUpdateStatefulSetStrategy{Partition: ptr.To(int32(0))},
			},
			PersistentVolumeClaimRetentionPolicy: &appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{
				WhenDeleted: appsv1.RetainPersistentVolumeClaimRetentionPolicyType, WhenScaled: appsv1.RetainPersistentVolumeClaimRetentionPolicyType,
			},
		},
	}
	WithTemplate("data")(s)
	return edited(s, edits)
}

func selector(app string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"app": app}}
}

func template(app string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": app}}, Spec: podSpec()}
}

// WithTemplate gives a set another template for claims.
func WithTemplate(name string) func(*appsv1.StatefulSet) {
	return func(s *appsv1.StatefulSet) {
		s.Spec.VolumeClaimTemplates = append(s.Spec.VolumeClaimTemplates, corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: Claim(name).Spec})
	}
}

// Parallel lets a set create its Pods at the same time.
func Parallel(s *appsv1.StatefulSet) { s.Spec.PodManagementPolicy = appsv1.ParallelPodManagement }

// Apart keeps the members of a set on nodes of their own.
func Apart(s *appsv1.StatefulSet) {
	s.Spec.Template.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{
		TopologyKey: corev1.LabelHostname, LabelSelector: &metav1.LabelSelector{MatchLabels: s.Spec.Template.Labels},
	}}}}
}

// WhenDeleted lets the claims of a set be deleted with it.
func WhenDeleted(s *appsv1.StatefulSet) {
	s.Spec.PersistentVolumeClaimRetentionPolicy.WhenDeleted = appsv1.DeletePersistentVolumeClaimRetentionPolicyType
}

// ReplicaSet may be of a Deployment.
func ReplicaSet(name string, replicas int32, deployment string) *appsv1.ReplicaSet {
	rs := &appsv1.ReplicaSet{
		ObjectMeta: inNs(saved(name, 60*day)),
		Spec:       appsv1.ReplicaSetSpec{Replicas: &replicas, Selector: selector(name), Template: template(name)},
	}
	if deployment != "" {
		rs.OwnerReferences = controller("Deployment", deployment)
	}
	return rs
}

// Job has some conditions.
func Job(name string, conditions ...batchv1.JobConditionType) *batchv1.Job {
	byUID := map[string]string{batchv1.ControllerUidLabel: string(UID(name))}
	j := &batchv1.Job{ObjectMeta: inNs(saved(name, 12*time.Hour)), Spec: batchv1.JobSpec{
		Parallelism: ptr.To(int32(1)), Completions: ptr.To(int32(1)), CompletionMode: ptr.To(batchv1.NonIndexedCompletion), BackoffLimit: ptr.To(int32(6)),
		Suspend: ptr.To(false), PodReplacementPolicy: ptr.To(batchv1.TerminatingOrFailed),
		ManualSelector: ptr.To(false), Selector: &metav1.LabelSelector{MatchLabels: byUID}, Template: template(name),
	}}
	j.Labels = map[string]string{"app": name}
	maps.Copy(j.Spec.Template.Labels, byUID)
	maps.Copy(j.Spec.Template.Labels, map[string]string{"controller-uid": string(UID(name)), "job-name": name, batchv1.JobNameLabel: name})
	j.Spec.Template.Spec.RestartPolicy = corev1.RestartPolicyNever
	for _, c := range conditions {
		j.Status.Conditions = append(j.Status.Conditions, batchv1.JobCondition{Type: c, Status: corev1.ConditionTrue})
	}
	return j
}

// DaemonSet has a Pod on every Node.
func DaemonSet(name string) *appsv1.DaemonSet {
	return &appsv1.DaemonSet{ObjectMeta: inNs(saved(name, 60*day)), Spec: appsv1.DaemonSetSpec{
		Selector: selector(name), Template: template(name), RevisionHistoryLimit: ptr.To(int32(10)),
		UpdateStrategy: appsv1.DaemonSetUpdateStrategy{Type: appsv1.RollingUpdateDaemonSetStrategyType, RollingUpdate: &appsv1.RollingUpdateDaemonSet{
			MaxUnavailable: ptr.To(intstr.FromInt32(1)), MaxSurge: ptr.To(intstr.FromInt32(0)),
		}},
	}}
}

// Budget allows so many evictions of an application's Pods now.
func Budget(name, app string, allowed int32) *policyv1.PodDisruptionBudget {
	return &policyv1.PodDisruptionBudget{
		ObjectMeta: inNs(saved(name, 60*day)),
		Spec:       policyv1.PodDisruptionBudgetSpec{Selector: selector(app)},
		Status:     policyv1.PodDisruptionBudgetStatus{DisruptionsAllowed: allowed},
	}
}
