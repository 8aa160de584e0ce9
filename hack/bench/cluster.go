package main

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

const className = "local-ssd"

// startCluster starts a control plane and leaves only the API server and etcd running, so that nothing else takes
// processor time while the clients are measured.
func startCluster(ctx context.Context) (*controlplane.ControlPlane, error) {
	cp, err := controlplane.Start(ctx, controlplane.Options{Log: os.Stderr})
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"kube-scheduler", "kube-controller-manager", "kwok"} {
		if err := cp.StopComponent(name); err != nil {
			return cp, err
		}
	}
	return cp, nil
}

// fill creates nodes with free local volumes, and one Pod whose claim matches none of them: each is big enough and
// none has the label that it asks for.
func fill(ctx context.Context, cp *controlplane.ControlPlane, nodes, volumes int) error {
	config := cp.Config()
	config.QPS, config.Burst = -1, -1
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if err := createAsker(ctx, client); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(32)
	for i := range nodes {
		name := fmt.Sprintf("node-%04d", i)
		group.Go(func() error { return createNode(ctx, client, name) })
		for j := range volumes {
			group.Go(func() error { return createVolume(ctx, client, fmt.Sprintf("local-pv-%04d-%02d", i, j), name) })
		}
	}
	return group.Wait()
}

// createNode creates a Node that is Ready. No kubelet runs that would report it, so this does, and removes the taint that
// every new Node gets.
func createNode(ctx context.Context, client kubernetes.Interface, name string) error {
	n, err := client.CoreV1().Nodes().Create(ctx, controlplane.NewNode(name), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	n.Spec.Taints = nil
	if n, err = client.CoreV1().Nodes().Update(ctx, n, metav1.UpdateOptions{}); err != nil {
		return err
	}
	n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady"}}
	_, err = client.CoreV1().Nodes().UpdateStatus(ctx, n, metav1.UpdateOptions{})
	return err
}

func createVolume(ctx context.Context, client kubernetes.Interface, name, host string) error {
	v, err := client.CoreV1().PersistentVolumes().Create(ctx, &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{"pv.kubernetes.io/provisioned-by": "local-volume-provisioner-" + host}},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("100Gi")},
			AccessModes:                   []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
			StorageClassName:              className,
			PersistentVolumeSource:        corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: "/mnt/disks/" + name}},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{host}}},
			}}}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	v.Status.Phase = corev1.VolumeAvailable
	_, err = client.CoreV1().PersistentVolumes().UpdateStatus(ctx, v, metav1.UpdateOptions{})
	return err
}

// createAsker creates the class, the claim and the Pod that asks in vain.
func createAsker(ctx context.Context, client kubernetes.Interface) error {
	const namespace = "default"
	_, err := client.StorageV1().StorageClasses().Create(ctx, &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: className}, Provisioner: "kubernetes.io/no-provisioner",
		VolumeBindingMode: ptr.To(storagev1.VolumeBindingWaitForFirstConsumer),
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	_, err = client.CoreV1().PersistentVolumeClaims(namespace).Create(ctx, &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: "data"},
		Spec: corev1.PersistentVolumeClaimSpec{
			StorageClassName: ptr.To(className), AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Selector:  &metav1.LabelSelector{MatchLabels: map[string]string{"disk": "ssd"}},
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("50Gi")}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	_, err = client.CoreV1().Pods(namespace).Create(ctx, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "asker"},
		Spec: corev1.PodSpec{
			AutomountServiceAccountToken: ptr.To(false),
			Containers:                   []corev1.Container{{Name: "main", Image: "none"}},
			Volumes: []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{
				PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"}}}},
		},
	}, metav1.CreateOptions{})
	return err
}
