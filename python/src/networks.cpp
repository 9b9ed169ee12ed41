// SPDX-License-Identifier: Apache-2.0
// Networks, and the expressions of their inputs, outputs and layers.
#include <array>
#include <map>
#include <span>

#include <pybind11/stl.h>

#include "answers.hpp"
#include "handles.hpp"
#include "numbers.hpp"

namespace sinew::python {

namespace {
Activation activation_of(const std::string& kind, const py::object& slope, const py::object& lower,
                         const py::object& upper) {
    using Kind = Activation::Kind;
    static const std::map<std::string, Activation> known = {{"identity", purelin},
                                                            {"relu", relu},
                                                            {"sign", sign},
                                                            {"signum", Activation{Kind::signum}},
                                                            {"hardlim", hardlim},
                                                            {"sigmoid", sigmoid},
                                                            {"tansig", tansig},
                                                            {"satlin", satlin},
                                                            {"satlins", satlins},
                                                            {"clip", Activation{Kind::clip}},
                                                            {"leaky_relu", Activation{Kind::leaky_relu}}};
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

py::tuple told(const LayerInfo& layer) {
    return py::make_tuple(layer.name, layer.kind, py::tuple(py::cast(layer.shape)), layer.size, layer.sources,
                          layer.parameters);
}

/// A copy with one layer more.
template <class Add>
NetworkHandle longer(const NetworkHandle& handle, Add add) {
    Network network = handle.network();
    add(network);
    NetworkHandle result(std::move(network));
    result.set_name(handle.name());
    return result;
}

Windows windows_of(const std::array<std::size_t, 8>& numbers) {
    return {numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7]};
}

using Doubles = py::array_t<double, py::array::c_style>;
std::span<const double> span_of(const Doubles& array) {
    return {array.data(), static_cast<std::size_t>(array.size())};
}

/// By layer a pair of arrays, lower and upper.
py::list bounds_of(const NetworkHandle& handle, const Numbers& lower, const Numbers& upper) {
    std::vector<Range> ranges(lower.values.size());
    if (upper.values.size() != ranges.size()) throw UsageError("there are as many lower ends as upper ends");
    for (std::size_t i = 0; i < ranges.size(); ++i) ranges[i] = {lower.values[i], upper.values[i]};
    std::vector<std::vector<Bounds>> layers;
    {
        const py::gil_scoped_release released;
        layers = handle.network().bounds(ranges);
    }
    py::list result;
    for (const std::vector<Bounds>& layer : layers) {
        Doubles low(static_cast<py::ssize_t>(layer.size()));
        Doubles high(static_cast<py::ssize_t>(layer.size()));
        for (std::size_t i = 0; i < layer.size(); ++i) {
            low.mutable_data()[i] = layer[i].lower;
            high.mutable_data()[i] = layer[i].upper;
        }
        result.append(py::make_tuple(low, high));
    }
    return result;
}

template <class Work>
auto without_lock(Work work) {
    const py::gil_scoped_release released;
    return work();
}

FinalSoftmax softmax(bool is_left_out) {
    return is_left_out ? FinalSoftmax::leave_out : FinalSoftmax::refuse;
}

void bind_building(py::class_<NetworkHandle>& network) {
    network
        .def("with_dense",
             [](const NetworkHandle& n, const Numbers& weights, const Numbers& bias, const Activation& how) {
                 return longer(n, [&](Network& added) {
                     added.add_dense(std::span<const Rational>(weights.values), std::span<const Rational>(bias.values),
                                     how);
                 });
             })
        .def("with_dense",
             [](const NetworkHandle& n, const Doubles& weights, const Doubles& bias, const Activation& how) {
                 return longer(n, [&](Network& added) { added.add_dense(span_of(weights), span_of(bias), how); });
             })
        .def("with_convolution",
             [](const NetworkHandle& n, const Numbers& kernel, const Numbers& bias,
                const std::array<std::size_t, 8>& windows, const Activation& how) {
                 return longer(n, [&](Network& added) {
                     added.add_convolution(std::span<const Rational>(kernel.values),
                                           std::span<const Rational>(bias.values), windows_of(windows), how);
                 });
             })
        .def("with_convolution",
             [](const NetworkHandle& n, const Doubles& kernel, const Doubles& bias,
                const std::array<std::size_t, 8>& windows, const Activation& how) {
                 return longer(n, [&](Network& added) {
                     added.add_convolution(span_of(kernel), span_of(bias), windows_of(windows), how);
                 });
             })
        .def("with_max_pool",
             [](const NetworkHandle& n, const std::array<std::size_t, 8>& windows) {
                 return longer(n, [&](Network& added) { added.add_max_pool(windows_of(windows)); });
             })
        .def("with_activation", [](const NetworkHandle& n, const Activation& how) {
            return longer(n, [&](Network& added) { added.add_activation(how); });
        });
}

void bind_values(py::class_<NetworkHandle>& network) {
    network
        .def("evaluate",
             [](const NetworkHandle& n, const Numbers& inputs) {
                 return Numbers{without_lock([&] { return n.network().evaluate_outputs(inputs.values); })};
             })
        .def("evaluate_layers",
             [](const NetworkHandle& n, const Numbers& inputs) {
                 py::list result;
                 for (std::vector<Rational>& layer : without_lock([&] { return n.network().evaluate(inputs.values); }))
                     result.append(Numbers{std::move(layer)});
                 return result;
             })
        .def("evaluate_enclosed",
             [](const NetworkHandle& n, const Numbers& inputs, long bits) {
                 EnclosedLayers all = without_lock([&] { return n.network().evaluate_enclosed(inputs.values, bits); });
                 py::list result;
                 for (std::size_t i = 0; i < all.values.size(); ++i)
                     result.append(py::make_tuple(Numbers{std::move(all.values[i])}, all.errors[i]));
                 return result;
             })
        .def("evaluate_float32",
             [](const NetworkHandle& n, const py::array_t<float, py::array::c_style>& inputs) {
                 const std::span<const float> values(inputs.data(), static_cast<std::size_t>(inputs.size()));
                 const auto& places = n.output_places();
                 const auto layers = without_lock([&] { return n.network().evaluate_float32(values); });
                 py::array_t<float> result(static_cast<py::ssize_t>(places.size()));
                 for (std::size_t i = 0; i < places.size(); ++i)
                     result.mutable_data()[i] = layers[places[i].first][places[i].second];
                 return result;
             })
        .def("bounds", &bounds_of, py::arg("lower"), py::arg("upper"));
}
}  // namespace

void bind_networks(py::module_& module) {
    py::class_<Activation>(module, "Activation")
        .def(py::init(&activation_of), py::arg("kind"), py::arg("slope") = py::none(), py::arg("lower") = py::none(),
             py::arg("upper") = py::none());
    py::class_<NetworkHandle> network(module, "Network");
    network
        .def(py::init([](std::vector<std::size_t> shape) { return NetworkHandle(Network(std::move(shape))); }),
             py::arg("input_shape"))
        .def_static(
            "load",
            [](const std::string& path, bool leaves_softmax_out) {
                return without_lock([&] { return NetworkHandle(load_network(path, softmax(leaves_softmax_out))); });
            },
            py::arg("path"), py::arg("leaves_softmax_out"))
        .def_static(
            "parse",
            [](const std::string& text, const std::string& name) {
                return without_lock([&] { return NetworkHandle(parse_network(text, name)); });
            },
            py::arg("text"), py::arg("name"))
        .def_static(
            "parse_onnx",
            [](const py::bytes& bytes, const std::string& name, bool leaves_softmax_out) {
                const std::string copied = bytes;
                return without_lock(
                    [&] { return NetworkHandle(parse_onnx_network(copied, name, softmax(leaves_softmax_out))); });
            },
            py::arg("content"), py::arg("name"), py::arg("leaves_softmax_out"))
        .def(
            "save",
            [](const NetworkHandle& n, const std::string& path) {
                without_lock([&] {
                    save_network(n.network(), path);
                    return 0;
                });
            },
            py::arg("path"))
        .def("dnn_text", [](const NetworkHandle& n) { return n.network().dnn_text(); })
        .def("copy", [](const NetworkHandle& n) { return NetworkHandle(n.network()); })
        .def("question",
             [](const NetworkHandle& n, const std::string& vnnlib, const std::string& name) {
                 return question_of(without_lock([&] { return Query::from_property(n.network(), vnnlib, name); }));
             })
        .def_property("name", &NetworkHandle::name, &NetworkHandle::set_name)
        .def_property_readonly("input_count", [](const NetworkHandle& n) { return n.network().input_count(); })
        .def_property_readonly("output_count", [](const NetworkHandle& n) { return n.network().output_count(); })
        .def_property_readonly("input_shape",
                               [](const NetworkHandle& n) { return py::tuple(py::cast(n.network().input_shape())); })
        .def_property_readonly("output_shape",
                               [](const NetworkHandle& n) { return py::tuple(py::cast(n.network().output_shape())); })
        .def_property_readonly("input_names", [](const NetworkHandle& n) { return n.network().input_names(); })
        .def_property_readonly("output_names", [](const NetworkHandle& n) { return n.network().output_names(); })
        .def_property_readonly("layers",
                               [](const NetworkHandle& n) {
                                   py::list result;
                                   for (const LayerInfo& layer : n.network().layers()) result.append(told(layer));
                                   return result;
                               })
        .def_property_readonly("parameter_count", [](const NetworkHandle& n) { return n.network().parameter_count(); })
        .def_property_readonly("is_piecewise_linear",
                               [](const NetworkHandle& n) { return n.network().is_piecewise_linear(); })
        .def_property_readonly("precision",
                               [](const NetworkHandle& n) -> py::object {
                                   if (!n.network().precision()) return py::none();
                                   return to_int(n.network().precision()->steps);
                               })
        .def("inputs", &NetworkHandle::inputs)
        .def("outputs", &NetworkHandle::outputs)
        .def("layer", &NetworkHandle::layer, py::arg("layer"))
        .def("applied", &NetworkHandle::applied, py::arg("inputs"), py::arg("name"));
    bind_building(network);
    bind_values(network);
}

}  // namespace sinew::python
