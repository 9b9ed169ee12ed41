// SPDX-License-Identifier: Apache-2.0
// Writes questions over networks of few inputs, by seed:
//   few_inputs lattice FOLDER SIZE SETS SEED        two inputs; the maximum over SETS of minima over some of SIZE local
//                                                   linear functions, as layers of ReLU pairs: matrices of mostly zeros
//   few_inputs tight FOLDER INPUTS LAYERS WIDTH SEED  random weights; the unit box; y >= 30 % beyond the sampled range
// Each makes NAME.onnx, NAME_*.vnnlib and lines of instances.csv (network,property,seconds,expected).
#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/random.hpp"
#include "onnx.pb.h"

namespace {
namespace messages = sinew::read::onnx;
using sinew::Random;

/// rows × columns, row-major.
struct Matrix {
    std::size_t rows = 0, columns = 0;
    std::vector<float> numbers;
    std::vector<float> bias;
    Matrix(std::size_t r, std::size_t c) : rows(r), columns(c), numbers(r * c, 0.0F), bias(r, 0.0F) {}
    float& at(std::size_t r, std::size_t c) { return numbers[r * columns + c]; }
};

/// Dense layers with ReLU between them.
struct Layers {
    std::size_t inputs = 0;
    std::vector<Matrix> maps;

    double value(const std::vector<double>& point) const {
        std::vector<double> values = point;
        for (std::size_t l = 0; l < maps.size(); ++l) {
            std::vector<double> next(maps[l].rows);
            for (std::size_t r = 0; r < maps[l].rows; ++r) {
                double sum = static_cast<double>(maps[l].bias[r]);
                const float* row = maps[l].numbers.data() + r * maps[l].columns;
                for (std::size_t c = 0; c < maps[l].columns; ++c) sum += static_cast<double>(row[c]) * values[c];
                next[r] = l + 1 < maps.size() ? std::max(sum, 0.0) : sum;
            }
            values = std::move(next);
        }
        return values[0];
    }
};

double normal(Random& random) {
    return std::sqrt(-2 * std::log(1 - random.uniform())) * std::cos(2 * std::acos(-1.0) * random.uniform());
}

void describe(messages::ValueInfoProto& value, const char* name, std::size_t size) {
    value.set_name(name);
    messages::TypeProto::Tensor& tensor = *value.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(messages::TensorProto::FLOAT);
    tensor.mutable_shape()->add_dim()->set_dim_value(1);
    tensor.mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(size));
}

void add_numbers(messages::GraphProto& graph, const std::string& name, const std::vector<std::size_t>& dims,
                 const std::vector<float>& numbers) {
    messages::TensorProto& tensor = *graph.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(messages::TensorProto::FLOAT);
    for (const std::size_t extent : dims) tensor.add_dims(static_cast<std::int64_t>(extent));
    std::string bytes(numbers.size() * sizeof(float), '\0');
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    tensor.set_raw_data(std::move(bytes));
}

void write_onnx(const Layers& layers, const std::filesystem::path& path) {
    messages::ModelProto model;
    model.set_ir_version(7);
    model.add_opset_import()->set_version(13);
    messages::GraphProto& graph = *model.mutable_graph();
    graph.set_name("few_inputs");
    describe(*graph.add_input(), "X", layers.inputs);
    std::string last = "X";
    const auto add_node = [&](const char* type, std::vector<std::string> inputs, const std::string& output) {
        messages::NodeProto& node = *graph.add_node();
        node.set_op_type(type);
        node.set_name(output);
        for (const std::string& input : inputs) node.add_input(input);
        node.add_output(output);
        last = output;
        return &node;
    };
    for (std::size_t l = 0; l < layers.maps.size(); ++l) {
        const Matrix& map = layers.maps[l];
        const std::string number = std::to_string(l);
        add_numbers(graph, "W" + number, {map.rows, map.columns}, map.numbers);
        add_numbers(graph, "b" + number, {map.rows}, map.bias);
        const bool is_last = l + 1 == layers.maps.size();
        messages::NodeProto* gemm = add_node("Gemm", {last, "W" + number, "b" + number}, is_last ? "Y" : "z" + number);
        messages::AttributeProto& transposed = *gemm->add_attribute();
        transposed.set_name("transB");
        transposed.set_type(messages::AttributeProto::INT);
        transposed.set_i(1);
        if (!is_last) add_node("Relu", {last}, "a" + number);
    }
    describe(*graph.add_output(), "Y", 1);
    std::ofstream file(path, std::ios::binary);
    if (!model.SerializeToOstream(&file)) throw std::runtime_error("cannot write " + path.string());
}

/// The box and one comparison; a line of the list beside it.
void write_question(const std::filesystem::path& folder, const std::string& network, const std::string& name,
                    std::size_t inputs, double side, const std::string& comparison, const char* expected) {
    std::ofstream file(folder / (name + ".vnnlib"));
    for (std::size_t i = 0; i < inputs; ++i) file << fmt::format("(declare-const X_{} Real)\n", i);
    file << "(declare-const Y_0 Real)\n";
    for (std::size_t i = 0; i < inputs; ++i)
        file << fmt::format("(assert (>= X_{} {}))\n(assert (<= X_{} {}))\n", i, -side, i, side);
    file << "(assert " << comparison << "\n";
    std::ofstream list(folder / "instances.csv", std::ios::app);
    list << fmt::format("{}.onnx,{}.vnnlib,60,{}\n", network, name, expected);
}

/// One layer more: min (sign 1) or max (sign -1) of neighbours, group by group of `size`; an odd one out is passed.
/// `from` says what the last layer's ReLUs make of each value: pending[v] is a list of (ReLU, weight).
using Pending = std::vector<std::vector<std::pair<std::size_t, float>>>;

/// min(a, b) = b - relu(b - a), max(a, b) = b + relu(a - b), and b = relu(b) - relu(-b).
Pending fold(Layers& layers, const Pending& values, std::size_t columns, std::size_t groups, std::size_t size,
             float sign, const std::vector<float>& bias) {
    const std::size_t pairs = size / 2;
    const bool odd = size % 2 != 0;
    const std::size_t each = 3 * pairs + (odd ? 2 : 0);
    Matrix map(groups * each, columns);
    Pending result;
    std::size_t row = 0;
    const auto add = [&](std::size_t value, float factor) {
        for (const auto& [column, weight] : values[value]) map.at(row, column) += factor * weight;
        map.bias[row] += factor * bias[value];
    };
    for (std::size_t g = 0; g < groups; ++g) {
        for (std::size_t p = 0; p < pairs + (odd ? 1 : 0); ++p) {
            const std::size_t a = g * size + 2 * p;
            std::vector<std::pair<std::size_t, float>>& made = result.emplace_back();
            if (p == pairs) {
                add(a, 1);
                made.emplace_back(row++, 1.0F);
                add(a, -1);
                made.emplace_back(row++, -1.0F);
                continue;
            }
            add(a + 1, sign);
            add(a, -sign);
            made.emplace_back(row++, -sign);
            add(a + 1, 1);
            made.emplace_back(row++, 1.0F);
            add(a + 1, -1);
            made.emplace_back(row++, -1.0F);
        }
    }
    layers.maps.push_back(std::move(map));
    return result;
}

Layers lattice(std::size_t size, std::size_t sets, Random& random) {
    Layers layers;
    layers.inputs = 2;
    // The local functions, as differences of ReLUs; then the sets' choices of them.
    Matrix first(2 * size, 2);
    for (std::size_t f = 0; f < size; ++f) {
        for (std::size_t i = 0; i < 2; ++i) {
            first.at(2 * f, i) = static_cast<float>(normal(random));
            first.at(2 * f + 1, i) = -first.at(2 * f, i);
        }
        first.bias[2 * f] = static_cast<float>(normal(random));
        first.bias[2 * f + 1] = -first.bias[2 * f];
    }
    layers.maps.push_back(std::move(first));
    Pending values;
    for (std::size_t s = 0; s < sets; ++s) {
        const std::size_t distinct = 2 + random.below(size - 1);
        std::vector<std::size_t> members(distinct);
        for (std::size_t& member : members) member = random.below(size);
        for (std::size_t k = 0; k < size; ++k) {  // repeated so that all sets have as many
            const std::size_t f = members[k % distinct];
            values.push_back({{2 * f, 1.0F}, {2 * f + 1, -1.0F}});
        }
    }
    std::size_t columns = 2 * size;
    const std::vector<float> no_bias(values.size(), 0.0F);
    for (std::size_t left = size; left > 1; left = (left + 1) / 2) {
        values = fold(layers, values, columns, sets, left, 1, no_bias);
        columns = layers.maps.back().rows;
    }
    for (std::size_t left = sets; left > 1; left = (left + 1) / 2) {
        values = fold(layers, values, columns, 1, left, -1, no_bias);
        columns = layers.maps.back().rows;
    }
    Matrix last(1, columns);
    for (const auto& [column, weight] : values[0]) last.at(0, column) = weight;
    layers.maps.push_back(std::move(last));
    return layers;
}

Layers random_layers(std::size_t inputs, std::size_t count, std::size_t width, Random& random) {
    Layers layers;
    layers.inputs = inputs;
    std::size_t columns = inputs;
    for (std::size_t l = 0; l <= count; ++l) {
        Matrix map(l == count ? 1 : width, columns);
        const double deviation = std::sqrt(2.0 / static_cast<double>(columns));
        for (float& number : map.numbers) number = static_cast<float>(deviation * normal(random));
        for (float& number : map.bias) number = static_cast<float>(0.1 * normal(random));
        columns = map.rows;
        layers.maps.push_back(std::move(map));
    }
    return layers;
}

/// The network's range over so many random points and corners of the box.
std::pair<double, double> sampled_range(const Layers& layers, double side, std::size_t points, Random& random) {
    double least = INFINITY;
    double most = -INFINITY;
    for (std::size_t p = 0; p < points; ++p) {
        std::vector<double> point(layers.inputs);
        for (double& x : point) x = p % 4 == 0 ? (random.chance(0.5) ? side : -side) : random.uniform(-side, side);
        const double value = layers.value(point);
        least = std::min(least, value);
        most = std::max(most, value);
    }
    return {least, most};
}

/// Without its zeros an evaluation takes thousands of times less; only for sampling.
double lattice_value(const Layers& layers, const std::vector<std::vector<std::pair<std::size_t, std::size_t>>>& rows,
                     double x0, double x1) {
    std::vector<double> values = {x0, x1};
    for (std::size_t l = 0; l < layers.maps.size(); ++l) {
        std::vector<double> next(layers.maps[l].bias.begin(), layers.maps[l].bias.end());
        for (const auto& [row, column] : rows[l])
            next[row] +=
                static_cast<double>(layers.maps[l].numbers[row * layers.maps[l].columns + column]) * values[column];
        if (l + 1 < layers.maps.size())
            for (double& value : next) value = std::max(value, 0.0);
        values = std::move(next);
    }
    return values[0];
}

void write_lattice(const std::filesystem::path& folder, std::size_t size, std::size_t sets, std::uint64_t seed) {
    Random random(seed);
    const Layers layers = lattice(size, sets, random);
    std::vector<std::vector<std::pair<std::size_t, std::size_t>>> rows(layers.maps.size());
    for (std::size_t l = 0; l < rows.size(); ++l)
        for (std::size_t r = 0; r < layers.maps[l].rows; ++r)
            for (std::size_t c = 0; c < layers.maps[l].columns; ++c)
                if (layers.maps[l].numbers[r * layers.maps[l].columns + c] != 0) rows[l].emplace_back(r, c);
    constexpr double side = 2;
    double least = INFINITY;
    double most = -INFINITY;
    for (int i = 0; i <= 60; ++i)
        for (int k = 0; k <= 60; ++k) {
            const double value = lattice_value(layers, rows, -side + i * side / 30, -side + k * side / 30);
            least = std::min(least, value);
            most = std::max(most, value);
        }
    const double range = most - least;
    const std::string name = fmt::format("lattice_{}_{}_{}", size, sets, seed);
    write_onnx(layers, folder / (name + ".onnx"));
    const auto ask = [&](const char* which, const char* relation, double bound, const char* expected) {
        write_question(folder, name, fmt::format("{}_{}", name, which), 2, side,
                       fmt::format("({} Y_0 {}))", relation, bound), expected);
    };
    ask("above", ">=", most + 0.05 * range, "unsat");
    ask("below", "<=", least - 0.05 * range, "unsat");
    ask("reached", ">=", most - 0.1 * range, "sat");
}

void write_tight(const std::filesystem::path& folder, std::size_t inputs, std::size_t count, std::size_t width,
                 std::uint64_t seed) {
    Random random(seed);
    const Layers layers = random_layers(inputs, count, width, random);
    const std::size_t points =
        std::clamp<std::size_t>(std::size_t{20'000'000'000} / (count * width * width), 2000, 100'000);
    const auto [least, most] = sampled_range(layers, 1, points, random);
    const std::string name = fmt::format("tight_{}_{}x{}_{}", inputs, count, width, seed);
    write_onnx(layers, folder / (name + ".onnx"));
    // few_inputs_table.py reads the range.
    write_question(folder, name, name, inputs, 1,
                   fmt::format("(>= Y_0 {})) ; sampled {} {}", most + 0.3 * (most - least), least, most), "");
}

int run(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "";
    const auto number = [&](int i) { return static_cast<std::size_t>(std::stoul(argv[i])); };
    if (what == "lattice" && argc == 6) {
        std::filesystem::create_directories(argv[2]);
        write_lattice(argv[2], number(3), number(4), number(5));
    } else if (what == "tight" && argc == 7) {
        std::filesystem::create_directories(argv[2]);
        write_tight(argv[2], number(3), number(4), number(5), number(6));
    } else {
        fmt::print(
            stderr,
            "usage: few_inputs lattice FOLDER SIZE SETS SEED\n       few_inputs tight FOLDER INPUTS LAYERS WIDTH "
            "SEED\n");
        return 1;
    }
    return 0;
}
}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
