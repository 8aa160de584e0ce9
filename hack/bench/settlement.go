package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// settlement is the StatefulSets whose nodes are going to die.
type settlement struct {
	cp     *controlplane.ControlPlane
	client kubernetes.Interface
}

func newSettlement(cp *controlplane.ControlPlane) (*settlement, error) {
	config := cp.Config()
	config.QPS, config.Burst = -1, -1
	client, err := kubernetes.NewForConfig(config)
	return &settlement{cp: cp, client: client}, err
}

// settle creates the sets, each member on a node of its own, and a free volume on every node without one.
func (s *settlement) settle(ctx context.Context) error {
	_, err := s.client.StorageV1().StorageClasses().Create(ctx, &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: className}, Provisioner: "kubernetes.io/no-provisioner", VolumeBindingMode: ptr.To(storagev1.VolumeBindingWaitForFirstConsumer),
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	group, grouped := errgroup.WithContext(ctx)
	group.SetLimit(16)
	for i := rescueUsed; i < rescueNodes; i++ {
		group.Go(func() error { return s.volume(grouped, nodeName(i)+"-free", nodeName(i), "") })
	}
	for i := range rescueSets {
		for member := range 3 {
			node, claim := nodeName((i+member*rescueSets/3)%rescueUsed), fmt.Sprintf("data-%s-%d", setName(i), member)
			group.Go(func() error { return s.volume(grouped, claim, node, claim) })
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i := range rescueSets {
		if err := s.set(ctx, setName(i)); err != nil {
			return err
		}
	}
	return s.wait(ctx)
}

func setName(i int) string { return fmt.Sprintf("db%d", i) }

// volume creates a volume, kept for a claim if one is named.
func (s *settlement) volume(ctx context.Context, name, node, claim string) error {
	v := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.PersistentVolumeSpec{
		Capacity: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("10Gi")}, AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
		StorageClassName: className, PersistentVolumeSource: corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: "/mnt/disks/" + name}},
		NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
			MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{node}}},
		}}}},
	}}
	if claim != "" {
		v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: metav1.NamespaceDefault, Name: claim}
	}
	_, err := s.client.CoreV1().PersistentVolumes().Create(ctx, v, metav1.CreateOptions{})
	return err
}

func (s *settlement) set(ctx context.Context, name string) error {
	labels := map[string]string{"app": name}
	_, err := s.client.AppsV1().StatefulSets(metav1.NamespaceDefault).Create(ctx, &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.StatefulSetSpec{
			Replicas: ptr.To(int32(3)), Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "none"}}}},
			VolumeClaimTemplates: []corev1.PersistentVolumeClaim{{ObjectMeta: metav1.ObjectMeta{Name: "data"}, Spec: corev1.PersistentVolumeClaimSpec{
				StorageClassName: ptr.To(className), AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
				Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("10Gi")}},
			}}},
		},
	}, metav1.CreateOptions{})
	return err
}

// wait waits until all members are Ready.
func (s *settlement) wait(ctx context.Context) error {
	for i := range rescueSets {
		_, err := controlplane.WaitFor(ctx, s.client.AppsV1().StatefulSets(metav1.NamespaceDefault), setName(i), func(set *appsv1.StatefulSet) (bool, string) {
			return set != nil && set.Status.ReadyReplicas == 3, "not all members are Ready"
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// die lets the kubelets of nodes die, and waits until the cluster knows.
func (s *settlement) die(ctx context.Context, nodes []string) error {
	if err := s.cp.Kill(ctx, nodes...); err != nil {
		return err
	}
	for _, n := range nodes {
		if _, err := controlplane.WaitFor(ctx, s.client.CoreV1().Nodes(), n, controlplane.NodeUnknown); err != nil {
			return err
		}
	}
	return nil
}

// counter passes requests on to the API server and counts them.
type counter struct {
	server     *httptest.Server
	kubeconfig string
	count      atomic.Int64
}

func newCounter(cp *controlplane.ControlPlane, kubeconfig string) (*counter, error) {
	target, err := url.Parse(cp.Config().Host)
	if err != nil {
		return nil, err
	}
	transport, err := rest.TransportFor(cp.Config())
	if err != nil {
		return nil, err
	}
	c := &counter{kubeconfig: kubeconfig}
	proxy := &httputil.ReverseProxy{Transport: transport, FlushInterval: -1, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.count.Add(1)
		proxy.ServeHTTP(w, r)
	}))
	k := clientcmdapi.NewConfig()
	k.Clusters["bench"] = &clientcmdapi.Cluster{Server: c.server.URL}
	k.Contexts["bench"] = &clientcmdapi.Context{Cluster: "bench"}
	k.CurrentContext = "bench"
	return c, clientcmd.WriteToFile(*k, kubeconfig)
}
