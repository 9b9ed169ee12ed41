// Networks, from files or built layer by layer, and what their neurons compute.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sinew/expression.hpp>
#include <sinew/number.hpp>

namespace sinew {

/// What a neuron makes of its argument s. docs/neuron_constraints.md gives each function.
struct Activation {
    enum class Kind : std::uint8_t {
        identity,    ///< s (purelin)
        relu,        ///< max(s, 0)
        leaky_relu,  ///< s if s > 0, else slope·s
        clip,        ///< min(max(s, lower), upper): satlin, satlins, ReLU6
        sign,        ///< 1 if s >= 0, else -1 (binarized networks)
        signum,      ///< 1, 0 or -1 as s > 0, s = 0, s < 0
        hardlim,     ///< 1 if s >= 0, else 0
        sigmoid,     ///< 1/(1 + exp(-s))
        tansig,      ///< tanh(s)
    };
    Kind kind = Kind::relu;
    Rational slope = 0;               ///< leaky_relu
    std::optional<Rational> lower{};  ///< clip; absent: unbounded below
    std::optional<Rational> upper{};  ///< clip; absent: unbounded above
};

inline const Activation hardlim{Activation::Kind::hardlim};
inline const Activation sign{Activation::Kind::sign};
inline const Activation tansig{Activation::Kind::tansig};
inline const Activation sigmoid{Activation::Kind::sigmoid};
inline const Activation purelin{Activation::Kind::identity};
inline const Activation relu{Activation::Kind::relu};
inline const Activation satlin{Activation::Kind::clip, 0, Rational(0), Rational(1)};
inline const Activation satlins{Activation::Kind::clip, 0, Rational(-1), Rational(1)};

/// How the numbers of a neuron constraint are meant: in steps of 1/precision, or as they stand.
enum class PrecisionReading : std::uint8_t { scaled, literal };

/// Neurons over integers: numbers in fixed-point arithmetic with `steps` steps a unit, each neuron's output rounded to
/// a step (docs/neuron_constraints.md).
struct Precision {
    Integer steps;
    PrecisionReading reading = PrecisionReading::scaled;
};

struct NetworkData;

/// A feed-forward network: layers of components, of which those of the input layers are free. Copies share.
class Network {
  public:
    /// One input layer of `inputs` components, to which add_dense() adds layers. Its output is the last layer.
    explicit Network(std::size_t inputs);

    /// Neurons activation(Σ_j weights[i][j]·before[j] + bias[i]) over the layer before: weights has a row a neuron and
    /// a column a component of that layer. UsageError where the shapes differ, or a clip's bounds cross.
    Network& add_dense(const std::vector<std::vector<Rational>>& weights, const std::vector<Rational>& bias,
                       const Activation& activation = purelin);

    std::size_t input_count() const;
    std::size_t output_count() const;
    /// Layers in the order of the network, the inputs among them; arguments of neurons and their outputs are layers of
    /// their own.
    std::size_t layer_count() const;
    std::size_t layer_size(std::size_t layer) const;
    /// That its file gives it (dnn text may).
    const std::optional<Precision>& precision() const;

    /// All components' values at exact inputs, by layer; for networks without sigmoid and tansig (UsageError).
    std::vector<std::vector<Rational>> evaluate(const std::vector<Rational>& inputs) const;

    /// For the library itself.
    explicit Network(std::shared_ptr<NetworkData> data) : data_(std::move(data)) {}
    const NetworkData& data() const { return *data_; }

  private:
    std::shared_ptr<NetworkData> data_;
};

/// From .onnx (weights are exact; docs/onnx.md lists the operators) or .dnn, either perhaps compressed (.gz); what else
/// a dnn text says (conditions, domains, objective) is left out. Inputs and outputs are in the order of the file.
/// InputError for files that cannot be read, UsageError for other endings.
Network load_network(const std::string& path);

/// A network that was added to a Model or a Query: its quantities as expressions.
class AddedNetwork {
  public:
    /// In the order of the network.
    const std::vector<Expression>& outputs() const { return outputs_; }
    const Expression& output(std::size_t i = 0) const { return outputs_.at(i); }
    /// Of any component: layers as Network counts them.
    const Expression& at(std::size_t layer, std::size_t component) const { return layers_.at(layer).at(component); }

    /// For the library itself.
    AddedNetwork(std::vector<std::vector<Expression>> layers, std::vector<Expression> outputs)
        : layers_(std::move(layers)), outputs_(std::move(outputs)) {}

  private:
    std::vector<std::vector<Expression>> layers_;
    std::vector<Expression> outputs_;
};

}  // namespace sinew
