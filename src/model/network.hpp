// SPDX-License-Identifier: Apache-2.0
// A network, or several: one directed acyclic graph of layers. Weights are stored here once; nobody copies a matrix.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/strong_id.hpp"
#include "exact/linear_form.hpp"
#include "model/activation.hpp"
#include "model/linear_map.hpp"

namespace sinew::model {

using LayerId = StrongId<struct LayerTag>;

/// Components that are free: network inputs, and the free reals of a formula.
struct InputLayer {};

/// Σ_k map_k · source_k + bias. Several terms make residual sums, skip connections and concatenations.
struct AffineTerm {
    LayerId source;
    LinearMap map;
};
struct AffineLayer {
    std::vector<AffineTerm> terms;
    NumberArray bias;
};

/// The same activation on every component of `source`.
struct ActivationLayer {
    LayerId source;
    Activation activation;
};

/// Component w is the maximum over the components member[begin[w]] … member[begin[w + 1] - 1] of `source` (at least
/// one).
struct MaxPoolLayer {
    LayerId source;
    std::vector<std::size_t> begin{0};
    std::vector<std::uint32_t> member;
};

/// Component i is the product of the components left[i] and right[i] of `source`, which may be the same.
struct ProductLayer {
    LayerId source;
    std::vector<std::uint32_t> left;
    std::vector<std::uint32_t> right;
};

using LayerOperation = std::variant<InputLayer, AffineLayer, ActivationLayer, MaxPoolLayer, ProductLayer>;

struct Layer {
    std::string name;
    std::vector<std::size_t> shape;  ///< without a batch axis; the product is size
    std::size_t size = 0;
    Variable first;  ///< components are the variables first, first + 1, …
    LayerOperation operation;
};

/// A component of a layer.
struct Component {
    LayerId layer;
    std::size_t index = 0;
};

/// Layers in topological order (a layer only reads layers added before it). Every component of every layer is a
/// Variable, numbered consecutively in that order.
class Network {
  public:
    LayerId add_input(std::string name, std::vector<std::size_t> shape);
    /// Shapes must fit (ContractBreach: readers check first, with the place in their file).
    /// Of a dense map the weights may be stored as floats; all other numbers are stored as doubles here.
    LayerId add_affine(std::string name, std::vector<std::size_t> shape, AffineLayer affine);
    LayerId add_activation(std::string name, LayerId source, Activation activation);
    LayerId add_max_pool(std::string name, std::vector<std::size_t> shape, MaxPoolLayer pool);
    LayerId add_product(std::string name, std::vector<std::size_t> shape, ProductLayer product);

    const std::vector<Layer>& layers() const { return layers_; }
    const Layer& layer(LayerId id) const { return layers_[id.index()]; }
    std::size_t layer_count() const { return layers_.size(); }
    std::size_t variable_count() const { return variable_count_; }

    Variable variable(LayerId layer, std::size_t index) const {
        return Variable(layers_[layer.index()].first.index() + index);
    }
    /// The component that a variable is. O(log layers).
    Component component(Variable variable) const;
    bool is_input(Variable variable) const;
    /// All variables that are free, in order.
    std::vector<Variable> input_variables() const;

    /// The right-hand side of an affine component as a linear form over the sources' variables, bias included.
    LinearForm affine_form(LayerId layer, std::size_t index) const;

  private:
    LayerId add(std::string name, std::vector<std::size_t> shape, std::size_t size, LayerOperation operation);

    std::vector<Layer> layers_;
    std::size_t variable_count_ = 0;
};

/// True iff some layer multiplies components or is curved (activation.hpp): attacks, bounds and boxes know such
/// networks, the other engines and formats do not.
bool is_curved(const Network& network);
/// The name of its first such operation, for errors; empty where there is none.
std::string curved_operation(const Network& network);
/// Throws UsageError where the network is curved: "`what` knows no …".
void require_not_curved(const Network& network, const std::string& what);

}  // namespace sinew::model
