package live

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// object is any object of a scene.
type object interface {
	metav1.Object
	runtime.Object
}

// items are the objects of a list.
func items(list runtime.Object) ([]object, error) {
	var out []object
	err := meta.EachListItem(list, func(item runtime.Object) error {
		o, ok := item.(object)
		if !ok {
			return fmt.Errorf("a list holds %T", item)
		}
		out = append(out, o)
		return nil
	})
	return out, err
}
