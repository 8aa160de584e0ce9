package live

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
)

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
