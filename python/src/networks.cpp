// Networks, and the expressions of their inputs, outputs and layers.
#include <pybind11/stl.h>

#include "answers.hpp"
#include "numbers.hpp"

namespace sinew::python {

namespace {
Activation activation_of(const std::string& kind, const py::object& slope, const py::object& lower,
                         const py::object& upper) {
    using Kind = Activation::Kind;
    static const std::map<std::string, Activation> known = {
        {"identity", purelin}, {"relu", relu},       {"sign", sign},       {"signum", Activation{Kind::signum}},
        {"hardlim", hardlim},  {"sigmoid", sigmoid}, {"tansig", tansig},   {"satlin", satlin},
        {"satlins", satlins},  {"clip", Activation{Kind::clip}}, {"leaky_relu", Activation{Kind::leaky_relu}}};
    const auto there = known.find(kind);
    if (there == known.end()) throw UsageError("there is no activation '" + kind + "'");
    Activation result = there->second;
    if (kind == "leaky_relu") result.slope = to_rational(slope);
    if (kind == "clip") {
        if (!lower.is_none()) result.lower = to_rational(lower);
        if (!upper.is_none()) result.upper = to_rational(upper);
    }
    return result;
}

/// A network, and its first application: to inputs of its own.
class NetworkHandle {
  public:
    explicit NetworkHandle(Network network) : network_(std::move(network)) {}

    const Network& network() const { return network_; }
    void set_name(std::string name) { name_ = std::move(name); }
    const std::string& name() const { return name_; }

    Terms inputs() const { return terms_of(own_inputs()); }
    Terms outputs() const {
        if (!outputs_) {
            const Terms x = inputs();
            outputs_ = output_block({network_, x.values, x.owners, name_});
        }
        return terms_of(outputs_);
    }
    Terms layer(std::size_t layer) const {
        (void)outputs();
        const std::size_t size = network_.layer_size(layer);
        auto& block = layers_[layer];
        if (!block) {
            const auto added = new_block(Block::Kind::layer, prefix() + "layer" + std::to_string(layer), {size});
            added->application = outputs_->application;
            added->layer = layer;
            block = added;
        }
        return terms_of(block);
    }
    Terms applied(const Terms& inputs, const std::string& name) const {
        if (inputs.values.size() != network_.input_count())
            throw UsageError("a network with " + std::to_string(network_.input_count()) + " inputs is given " +
                             std::to_string(inputs.values.size()));
        return terms_of(output_block({network_, inputs.values, inputs.owners, name}));
    }

  private:
    std::string prefix() const { return name_.empty() ? "" : name_ + "."; }
    std::shared_ptr<const Block> own_inputs() const {
        if (!inputs_) inputs_ = new_block(Block::Kind::reals, prefix() + "x", {network_.input_count()});
        return inputs_;
    }
    std::shared_ptr<const Block> output_block(Application application) const {
        const std::string name = application.name.empty() ? "y" : application.name + ".y";
        const auto block = new_block(Block::Kind::outputs, name, {network_.output_count()});
        block->application = std::make_shared<const Application>(std::move(application));
        return block;
    }

    Network network_;
    std::string name_;
    mutable std::shared_ptr<const Block> inputs_;
    mutable std::shared_ptr<const Block> outputs_;
    mutable std::map<std::size_t, std::shared_ptr<const Block>> layers_;
};

py::list fractions_of(const std::vector<std::vector<Rational>>& layers) {
    py::list result;
    for (const std::vector<Rational>& layer : layers) result.append(Numbers{layer});
    return result;
}
}  // namespace

void bind_networks(py::module_& module) {
    py::class_<Activation>(module, "Activation")
        .def(py::init(&activation_of), py::arg("kind"), py::arg("slope") = py::none(), py::arg("lower") = py::none(),
             py::arg("upper") = py::none());
    py::class_<NetworkHandle>(module, "Network")
        .def(py::init([](std::size_t inputs) { return NetworkHandle(Network(inputs)); }), py::arg("inputs"))
        .def_static("load", [](const std::string& path) {
            const py::gil_scoped_release released;
            return NetworkHandle(load_network(path));
        }, py::arg("path"))
        .def_property("name", &NetworkHandle::name, &NetworkHandle::set_name)
        .def_property_readonly("input_count", [](const NetworkHandle& n) { return n.network().input_count(); })
        .def_property_readonly("output_count", [](const NetworkHandle& n) { return n.network().output_count(); })
        .def_property_readonly("layer_count", [](const NetworkHandle& n) { return n.network().layer_count(); })
        .def("layer_size", [](const NetworkHandle& n, std::size_t layer) { return n.network().layer_size(layer); })
        .def("with_dense", [](const NetworkHandle& n, std::size_t rows, const Numbers& weights, const Numbers& bias,
                              const Activation& activation) {
            std::vector<std::vector<Rational>> matrix(rows);
            const std::size_t columns = rows == 0 ? 0 : weights.values.size() / rows;
            for (std::size_t i = 0; i < rows; ++i)
                matrix[i].assign(weights.values.begin() + static_cast<std::ptrdiff_t>(i * columns),
                                 weights.values.begin() + static_cast<std::ptrdiff_t>((i + 1) * columns));
            Network longer = n.network();
            longer.add_dense(matrix, bias.values, activation);
            return NetworkHandle(std::move(longer));
        })
        .def_property_readonly("precision", [](const NetworkHandle& n) -> py::object {
            if (!n.network().precision()) return py::none();
            return to_int(n.network().precision()->steps);
        })
        .def("evaluate", [](const NetworkHandle& n, const Numbers& inputs) {
            std::vector<std::vector<Rational>> layers;
            {
                const py::gil_scoped_release released;
                layers = n.network().evaluate(inputs.values);
            }
            return fractions_of(layers);
        })
        .def("inputs", &NetworkHandle::inputs)
        .def("outputs", &NetworkHandle::outputs)
        .def("layer", &NetworkHandle::layer)
        .def("applied", &NetworkHandle::applied, py::arg("inputs"), py::arg("name"));
}

}  // namespace sinew::python
