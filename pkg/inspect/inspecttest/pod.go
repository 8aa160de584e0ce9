package inspecttest

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// Pod is Pending on no Node and asks for one CPU.
func Pod(name string, edits ...func(*corev1.Pod)) *corev1.Pod {
	return edited(&corev1.Pod{
		ObjectMeta: inNs(saved(name, 12*time.Hour)),
		Spec:       podSpec(),
		Status:     corev1.PodStatus{Phase: corev1.PodPending, QOSClass: corev1.PodQOSBurstable},
	}, edits)
}

func podSpec() corev1.PodSpec {
	return corev1.PodSpec{
		Containers: []corev1.Container{{
			Name: "main", Image: "example/main:v1",
			Resources:              corev1.ResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("1")}},
			TerminationMessagePath: corev1.TerminationMessagePathDefault, TerminationMessagePolicy: corev1.TerminationMessageReadFile,
			ImagePullPolicy: corev1.PullIfNotPresent,
		}},
		RestartPolicy: corev1.RestartPolicyAlways, TerminationGracePeriodSeconds: ptr.To(int64(corev1.DefaultTerminationGracePeriodSeconds)),
		DNSPolicy: corev1.DNSClusterFirst, SecurityContext: &corev1.PodSecurityContext{}, SchedulerName: corev1.DefaultSchedulerName,
		EnableServiceLinks: ptr.To(corev1.DefaultEnableServiceLinks),
	}
}

// RunsOn is how a Pod looks that is Running and Ready on a Node.
func RunsOn(node string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Spec.NodeName, p.Status.Phase = node, corev1.PodRunning
		p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	}
}

// Unready is how a Pod looks that is not Ready.
func Unready(p *corev1.Pod) {
	p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse}}
}

// Terminating is how a Pod looks whose kubelet cannot confirm that it has stopped.
func Terminating(p *corev1.Pod) {
	p.DeletionTimestamp = ptr.To(Ago(5 * time.Minute))
	Unready(p)
}

// Ended is how a Pod looks that has succeeded.
func Ended(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded }

// Young lets a Pod be an hour old.
func Young(p *corev1.Pod) { p.CreationTimestamp = Ago(time.Hour) }

// PodLabel gives a Pod a label.
func PodLabel(key, value string) func(*corev1.Pod) {
	return func(p *corev1.Pod) { metav1.SetMetaDataLabel(&p.ObjectMeta, key, value) }
}

// ControlledBy gives a Pod a controller.
func ControlledBy(kind, name string) func(*corev1.Pod) {
	return func(p *corev1.Pod) { p.OwnerReferences = controller(kind, name) }
}

// Mirrored is how the mirror of a static Pod looks.
func Mirrored(p *corev1.Pod) { p.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "x"} }

// Requests lets a Pod ask for so much of a resource, and for nothing else.
func Requests(name corev1.ResourceName, amount string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Spec.Containers[0].Resources.Requests = corev1.ResourceList{name: resource.MustParse(amount)}
	}
}

// ToleratesAll lets a Pod tolerate every taint.
func ToleratesAll(p *corev1.Pod) {
	p.Spec.Tolerations = []corev1.Toleration{{Operator: corev1.TolerationOpExists}}
}

// Uses lets a Pod name claims.
func Uses(claims ...string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		for _, c := range claims {
			mount(p, c, corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: c}})
		}
	}
}

// WithEphemeral gives a Pod a generic ephemeral volume, whose claim is called POD-NAME.
func WithEphemeral(name string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		template := &corev1.PersistentVolumeClaimTemplate{Spec: Claim(name).Spec}
		mount(p, name, corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{VolumeClaimTemplate: template}})
	}
}

// WithEmptyDir gives a Pod an emptyDir.
func WithEmptyDir(p *corev1.Pod) {
	mount(p, "tmp", corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}})
}

// MountsPath gives a Pod a directory of its node, which its container may write to.
func MountsPath(path string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		mount(p, "path", corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: path}})
		p.Spec.Containers[0].VolumeMounts = append(p.Spec.Containers[0].VolumeMounts, corev1.VolumeMount{Name: "path", MountPath: "/path"})
	}
}

func mount(p *corev1.Pod, name string, source corev1.VolumeSource) {
	p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: name, VolumeSource: source})
}
