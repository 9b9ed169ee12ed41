// SPDX-License-Identifier: Apache-2.0
// Networks, from files or built layer by layer, and what their neurons compute.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sinew/expression.hpp>
#include <sinew/number.hpp>
#include <sinew/output_error.hpp>

namespace sinew {

/// What a neuron makes of its argument s. docs/neuron_constraints.md gives each function.
struct Activation {
    /// The function.
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
    Kind kind = Kind::relu;           ///< which function
    Rational slope = 0;               ///< leaky_relu
    std::optional<Rational> lower{};  ///< clip; absent: unbounded below
    std::optional<Rational> upper{};  ///< clip; absent: unbounded above
};

inline const Activation hardlim{Activation::Kind::hardlim};   ///< 1 if s >= 0, else 0
inline const Activation sign{Activation::Kind::sign};         ///< 1 if s >= 0, else -1
inline const Activation tansig{Activation::Kind::tansig};     ///< tanh(s)
inline const Activation sigmoid{Activation::Kind::sigmoid};   ///< 1/(1 + exp(-s))
inline const Activation purelin{Activation::Kind::identity};  ///< s
inline const Activation relu{Activation::Kind::relu};         ///< max(s, 0)
/// s cut to [0, 1].
inline const Activation satlin{Activation::Kind::clip, 0, Rational(0), Rational(1)};
/// s cut to [-1, 1].
inline const Activation satlins{Activation::Kind::clip, 0, Rational(-1), Rational(1)};

/// How the numbers of a neuron constraint are meant: in steps of 1/precision, or as they stand.
enum class PrecisionReading : std::uint8_t { scaled, literal };

/// Neurons over integers: numbers in fixed-point arithmetic with `steps` steps a unit, each neuron's output rounded to
/// a step (docs/neuron_constraints.md).
struct Precision {
    Integer steps;                                        ///< in a unit, 1 at least
    PrecisionReading reading = PrecisionReading::scaled;  ///< how its numbers are meant
};

/// What a layer is.
struct LayerInfo {
    std::string name;  ///< that its file gives it; a… and n… of networks that were built
    /// "input", "dense", "convolution", "transposed convolution", "sparse" (a matrix of few entries: a selection, an
    /// average), "sum" (of several layers, as residual ones are), "constant", "max-pool", or the activation as dnn text
    /// writes it: "relu", "clip(0, 6)".
    std::string kind;
    std::vector<std::size_t> shape;    ///< its product is size; images are [channels, height, width]
    std::size_t size = 0;              ///< components
    std::vector<std::size_t> sources;  ///< the layers that it reads
    std::size_t parameters = 0;        ///< weights and biases that are stored; a convolution has a bias a channel
};

/// A closed range; unbounded where an end is absent.
struct Range {
    std::optional<Rational> lower{};  ///< the least value
    std::optional<Rational> upper{};  ///< the greatest; not below `lower`
};

/// A rigorous enclosure: the true value is between them.
struct Bounds {
    double lower = -std::numeric_limits<double>::infinity();  ///< at most the true value
    double upper = std::numeric_limits<double>::infinity();   ///< at least the true value
};

/// Values by layer and component, each within the error of the same place (0: exact).
struct EnclosedLayers {
    std::vector<std::vector<Rational>> values;  ///< [layer][component]
    std::vector<std::vector<double>> errors;    ///< of the same shape: how far the true value is away at most
};

/// How windows move over an image of shape [channels, height, width]: a convolution's or a pooling's.
struct Windows {
    std::size_t height = 1;         ///< of a window, in rows
    std::size_t width = 1;          ///< of a window, in columns
    std::size_t stride_height = 1;  ///< rows from one window to the next
    std::size_t stride_width = 1;   ///< columns from one window to the next
    std::size_t pad_top = 0;        ///< rows of padding above the image
    std::size_t pad_left = 0;       ///< columns of padding on its left
    std::size_t pad_bottom = 0;     ///< rows of padding below it
    std::size_t pad_right = 0;      ///< columns of padding on its right
};

struct NetworkData;

/// A feed-forward network: layers of components, of which those of the input layers are free. Copies share.
///
/// Numbers of weights are exact: rationals as they are, doubles (NumPy's float32 and float64 are such) as the binary
/// fractions that they are. Layers are added behind the last one, which is the output. What is given in the wrong
/// number or shape, and weights that are no finite numbers, are a UsageError; the network stays as it was.
class Network {
  public:
    /// One input layer of `inputs` components (UsageError where they are none, or more than 2^31).
    explicit Network(std::size_t inputs);
    /// One input layer of this shape: [channels, height, width] for images. Errors as above.
    explicit Network(std::vector<std::size_t> input_shape);

    /// Neurons activation(Σ_j weights[i][j]·before[j] + bias[i]) over the layer before: weights has a row a neuron and
    /// a column a component of that layer. UsageError where the shapes differ, or a clip's bounds cross.
    Network& add_dense(const std::vector<std::vector<Rational>>& weights, const std::vector<Rational>& bias,
                       const Activation& activation = purelin);
    /// The same with weights row by row: weights[i·columns + j], bias.size() rows (PyTorch's Linear.weight is so; a
    /// matrix for x·W, as Keras has it, is to be transposed).
    Network& add_dense(std::span<const Rational> weights, std::span<const Rational> bias,
                       const Activation& activation = purelin);
    /// The same with doubles, each the binary fraction that it is (UsageError for those that are not finite).
    Network& add_dense(std::span<const double> weights, std::span<const double> bias,
                       const Activation& activation = purelin);
    /// A convolution of the image before, as ONNX and PyTorch mean it (no kernel is turned round), padded with zeros:
    /// kernel[out_channel][in_channel][row][column], row by row, one bias an output channel.
    Network& add_convolution(std::span<const Rational> kernel, std::span<const Rational> bias, const Windows& windows,
                             const Activation& activation = purelin);
    /// The same with doubles, as above.
    Network& add_convolution(std::span<const double> kernel, std::span<const double> bias, const Windows& windows,
                             const Activation& activation = purelin);
    /// The greatest of each window of each channel; padding counts for nothing. UsageError if a window is all padding.
    Network& add_max_pool(const Windows& windows);
    /// The activation on each component before.
    Network& add_activation(const Activation& activation);

    std::size_t input_count() const;   ///< components of the input layers
    std::size_t output_count() const;  ///< components of the outputs
    /// Of the input layer; {input_count()} where there are several, or their components are in another order.
    std::vector<std::size_t> input_shape() const;
    /// Likewise of the output layer.
    std::vector<std::size_t> output_shape() const;
    /// By component, as its file names them (ONNX: X_0, …).
    std::vector<std::string> input_names() const;
    /// Likewise of the outputs (ONNX: Y_0, …).
    std::vector<std::string> output_names() const;
    /// Layers in the order of the network, the inputs among them; arguments of neurons and their outputs are layers of
    /// their own.
    std::size_t layer_count() const;
    std::size_t layer_size(std::size_t layer) const;  ///< components of one; UsageError for a layer that is not there
    LayerInfo layer(std::size_t layer) const;         ///< what one is; UsageError as above
    std::vector<LayerInfo> layers() const;            ///< all of them
    /// Weights and biases of all layers.
    std::size_t parameter_count() const;
    /// Neither sigmoid nor tansig neurons: its values are rational, and evaluate() gives them.
    bool is_piecewise_linear() const;
    /// That its file gives it (dnn text may).
    const std::optional<Precision>& precision() const;

    /// All components' values at exact inputs, by layer; for networks without sigmoid and tansig (UsageError). Neurons
    /// are as written, whatever precision the network has. As long as it takes, like the two below.
    std::vector<std::vector<Rational>> evaluate(const std::vector<Rational>& inputs) const;
    /// The outputs alone.
    std::vector<Rational> evaluate_outputs(const std::vector<Rational>& inputs) const;
    /// Any network: sigmoid and tansig neurons to about `bits` bits (16 to 4096, else UsageError), and certified
    /// errors of them and of all that follows.
    EnclosedLayers evaluate_enclosed(const std::vector<Rational>& inputs, long bits = 64) const;
    /// What float32 arithmetic makes of it, as an ONNX runtime computes it: weights and sums rounded to float32, sums
    /// in the order of indices (a runtime may add in another order).
    std::vector<std::vector<float>> evaluate_float32(std::span<const float> inputs) const;

    /// Rigorous bounds of every component, by layer, where the inputs are in these ranges: intervals, tightened by
    /// affine back-substitution where all ranges are bounded. Not the exact ranges, but quick. UsageError for another
    /// number of ranges, or one whose ends cross.
    std::vector<std::vector<Bounds>> bounds(const std::vector<Range>& inputs) const;

    /// As text of the dnn format, which parse_network() reads back to the same network (docs/formats.md). Max-pooling
    /// becomes ReLU neurons. UsageError for a network too large to be written out.
    std::string dnn_text() const;

    /// For the library itself.
    explicit Network(std::shared_ptr<NetworkData> data) : data_(std::move(data)) {}
    const NetworkData& data() const { return *data_; }  ///< for the library itself

  private:
    NetworkData& own();

    std::shared_ptr<NetworkData> data_;
};

/// What becomes of a softmax that computes a network's output: it is neither piecewise linear nor one neuron's
/// function, but keeps the order of its inputs, so that classes are the same without it.
enum class FinalSoftmax : std::uint8_t { refuse, leave_out };

/// From a file of ONNX (weights are exact; docs/onnx.md lists the operators), dnn text, or a binarized network; its
/// content tells which, and it may be compressed (.gz). What else a dnn text says (conditions, domains, objective) is
/// left out. Inputs and outputs are in the order of the file. InputError for files that cannot be read, UsageError for
/// a file of something else.
Network load_network(const std::string& path, FinalSoftmax softmax = FinalSoftmax::refuse);
/// The same from the text of the dnn format; `name` is for errors.
Network parse_network(std::string_view dnn_text, const std::string& name = "text");
/// The same from the bytes of an ONNX file.
Network parse_onnx_network(std::string_view bytes, const std::string& name = "bytes",
                           FinalSoftmax softmax = FinalSoftmax::refuse);
/// Network::dnn_text() as a file that is whole or untouched. UsageError for a name that does not end in .dnn,
/// OutputError for one that cannot be written.
void save_network(const Network& network, const std::string& path);

/// A network that was added to a Model or a Query: its quantities as expressions.
class AddedNetwork {
  public:
    /// In the order of the network.
    const std::vector<Expression>& outputs() const { return outputs_; }
    /// One of them; std::out_of_range where there is none.
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
