// SPDX-License-Identifier: Apache-2.0
// Products of a tensor with a constant matrix.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/limit_scope.hpp"
#include "read/onnx/broadcast.hpp"
#include "read/onnx/constant_product.hpp"
#include "read/onnx/operators.hpp"
#include "read/onnx/products.hpp"

namespace sinew::read::onnx {

namespace {
/// A constant matrix read as rows × columns.
struct Matrix {
    model::NumberArray numbers;
    std::size_t rows = 0;
    std::size_t columns = 0;
    bool transposed = false;  ///< stored column by column
};

/// The numbers of rows × columns in another order: to(r, c) is where from(r, c) goes. By tiles: rows of the one are
/// columns of the other.
template <class Number, class From, class To>
std::vector<Number> moved(const Number* numbers, std::size_t rows, std::size_t columns, From&& from, To&& to) {
    constexpr std::size_t tile = 32;
    std::vector<Number> result(rows * columns);
    for (std::size_t row = 0; row < rows; row += tile) {
        check_limits();
        for (std::size_t column = 0; column < columns; column += tile)
            for (std::size_t r = row; r < std::min(row + tile, rows); ++r)
                for (std::size_t c = column; c < std::min(column + tile, columns); ++c)
                    result[to(r, c)] = numbers[from(r, c)];
    }
    return result;
}
template <class From, class To>
model::NumberArray moved(const model::NumberArray& numbers, std::size_t rows, std::size_t columns, From&& from,
                         To&& to) {
    const model::NearestNumbers nearest = numbers.nearest();
    if (nearest.floats() != nullptr) return model::NumberArray(moved(nearest.floats(), rows, columns, from, to));
    model::NumberArray result(moved(nearest.data(), rows, columns, from, to));
    if (!numbers.all_doubles())
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t c = 0; c < columns; ++c)
                if (!numbers.holds_double(from(r, c))) result.set(to(r, c), numbers.exact(from(r, c)));
    return result;
}

/// rows × columns, row-major, copying only if the matrix is stored the other way round.
model::NumberArray row_major(Matrix matrix) {
    if (!matrix.transposed) return std::move(matrix.numbers);
    return moved(
        matrix.numbers, matrix.rows, matrix.columns, [&](std::size_t r, std::size_t c) { return c * matrix.rows + r; },
        [&](std::size_t r, std::size_t c) { return r * matrix.columns + c; });
}

/// Weights whose columns follow a tensor's elements, with columns that follow its source's components.
model::NumberArray permuted_columns(const model::NumberArray& weights, std::size_t rows, const Tensor& tensor) {
    const std::size_t columns = tensor.selection.size();
    return moved(
        weights, rows, columns, [&](std::size_t r, std::size_t c) { return r * columns + c; },
        [&](std::size_t r, std::size_t c) { return r * columns + tensor.selection[c]; });
}

/// Entries of a matrix that are not zero; `visit(row, column, index)` for each of them, as they are stored.
template <class Visit>
void for_each_nonzero(const Matrix& matrix, Visit&& visit) {
    const model::NearestNumbers nearest = matrix.numbers.nearest();
    const bool all_doubles = matrix.numbers.all_doubles();
    const std::size_t outer = matrix.transposed ? matrix.columns : matrix.rows;
    const std::size_t inner = matrix.transposed ? matrix.rows : matrix.columns;
    for (std::size_t o = 0; o < outer; ++o)
        for (std::size_t i = 0; i < inner; ++i) {
            const std::size_t at = o * inner + i;
            if (nearest[at] == 0 && (all_doubles || matrix.numbers.holds_double(at))) continue;
            matrix.transposed ? visit(i, o, at) : visit(o, i, at);
        }
}

/// Whether at most so many of the numbers are not zero.
bool has_at_most(const model::NumberArray& numbers, std::size_t most) {
    const auto count = [most](const auto* number, std::size_t size) {
        constexpr std::size_t piece = 4096;
        std::size_t found = 0;
        for (std::size_t first = 0; first < size && found <= most; first += piece) {
            if (first % (piece * piece) == 0) check_limits();
            std::uint32_t here = 0;
            for (std::size_t i = first; i < std::min(first + piece, size); ++i) here += number[i] != 0 ? 1U : 0U;
            found += here;
        }
        return found <= most;
    };
    const model::NearestNumbers nearest = numbers.nearest();
    return nearest.floats() != nullptr ? count(nearest.floats(), nearest.size())
                                       : count(nearest.data(), nearest.size());
}

/// A large matrix of hardly anything but zeros (selections, lattices, blocks side by side) is kept without them: an
/// entry then costs 12 bytes in place of 8 and some four times the time of a dense one, so an eighth is where both
/// gain.
std::optional<model::SparseMap> without_zeros(const Matrix& matrix) {
    constexpr std::size_t large = 4096;
    constexpr std::size_t share = 8;
    const std::size_t size = matrix.rows * matrix.columns;
    if (size < large || !has_at_most(matrix.numbers, size / share)) return std::nullopt;
    std::vector<std::size_t> row_begin(matrix.rows + 1, 0);
    std::size_t count = 0;
    for_each_nonzero(matrix, [&](std::size_t row, std::size_t, std::size_t) {
        ++row_begin[row + 1];
        ++count;
    });
    for (std::size_t r = 0; r < matrix.rows; ++r) row_begin[r + 1] += row_begin[r];
    model::SparseMap map;
    map.columns = matrix.columns;
    map.column.resize(count);
    std::vector<std::size_t> next(row_begin.begin(), row_begin.end() - 1);
    std::vector<double> nearest(count);
    std::vector<std::pair<std::size_t, std::size_t>> inexact;
    for_each_nonzero(matrix, [&](std::size_t row, std::size_t column, std::size_t at) {
        const std::size_t place = next[row]++;
        map.column[place] = static_cast<std::uint32_t>(column);
        nearest[place] = matrix.numbers.nearest()[at];
        if (!matrix.numbers.holds_double(at)) inexact.emplace_back(place, at);
    });
    map.row_begin = std::move(row_begin);
    map.weight = model::NumberArray(std::move(nearest));
    for (const auto& [place, at] : inexact) map.weight.set(place, matrix.numbers.exact(at));
    return map;
}

/// matrix · tensor, the tensor seen as one vector.
Tensor dense(Operator& node, Tensor tensor, Matrix matrix, Shape shape) {
    node.check_size(shape);
    const std::size_t rows = matrix.rows;
    const std::size_t columns = matrix.columns;
    if (std::optional<model::SparseMap> map = without_zeros(matrix)) {
        if (!tensor.selection.empty())
            for (std::uint32_t& column : map->column) column = tensor.selection[column];
        map->columns = tensor.source->size;
        return node.network().map(node.name(), std::move(shape), tensor, std::move(*map));
    }
    model::NumberArray weights = row_major(std::move(matrix));
    if (!tensor.selection.empty()) {
        if (is_permutation(tensor))
            weights = permuted_columns(weights, rows, tensor);
        else
            tensor = node.network().contiguous(std::move(tensor), node.name() + "_input");
    }
    return node.network().map(node.name(), std::move(shape), tensor,
                              model::DenseMap{rows, columns, std::move(weights)});
}

/// What a product sums up: output element (block, i, j) = Σ_k constant(block, …) · tensor(block, …).
struct Product {
    std::size_t blocks = 1, m = 1, k = 1, n = 1;
    std::vector<std::uint32_t> tensor_block;    ///< for each block, which matrix of the tensor
    std::vector<std::uint32_t> constant_block;  ///< for each block, which matrix of the constant
    bool tensor_left = true;
};

/// A product in which weights are used several times: one sparse row an output element.
Tensor sparse(Operator& node, Tensor tensor, const Constant& constant, const Product& product, Shape shape) {
    node.check_size(shape);
    const std::size_t rows = product.blocks * product.m * product.n;
    if (product.k > largest_tensor) node.fail("the product is too large");
    node.network().charge(rows * product.k * 3 / 2);
    SparseRows map(tensor.source->size, rows);
    const auto [blocks, m, k, n] = std::tuple(product.blocks, product.m, product.k, product.n);
    for (std::size_t b = 0; b < blocks; ++b) {
        const std::size_t tensor_base = product.tensor_block[b] * (product.tensor_left ? m * k : k * n);
        const std::size_t constant_base = product.constant_block[b] * (product.tensor_left ? k * n : m * k);
        for (std::size_t i = 0; i < m; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                for (std::size_t l = 0; l < k; ++l) {
                    const std::size_t left = i * k + l;
                    const std::size_t right = l * n + j;
                    map.add(tensor.component(tensor_base + (product.tensor_left ? left : right)), constant.reals,
                            constant_base + (product.tensor_left ? right : left));
                }
                map.end_row();
            }
        }
    }
    return node.network().map(node.name(), std::move(shape), tensor, map.take());
}

/// The shapes of a MatMul: vectors become matrices, and the axis they were given is removed from the result.
struct MatMulShapes {
    Shape left, right, batch, result;
};

MatMulShapes mat_mul_shapes(Operator& node) {
    MatMulShapes shapes{node.input_shape(0), node.input_shape(1), {}, {}};
    const bool left_vector = shapes.left.size() == 1;
    const bool right_vector = shapes.right.size() == 1;
    if (shapes.left.empty() || shapes.right.empty()) node.fail("a scalar is no matrix");
    const std::string text = to_string(shapes.left) + " and " + to_string(shapes.right);
    if (left_vector) shapes.left.insert(shapes.left.begin(), 1);
    if (right_vector) shapes.right.push_back(1);
    const Shape left_batch(shapes.left.begin(), shapes.left.end() - 2);
    const Shape right_batch(shapes.right.begin(), shapes.right.end() - 2);
    const std::optional<Shape> batch = broadcast_shape(left_batch, right_batch);
    if (!batch || shapes.left.back() != shapes.right[shapes.right.size() - 2])
        node.fail("matrices of shapes " + text + " cannot be multiplied");
    shapes.batch = *batch;
    shapes.result = *batch;
    if (!left_vector) shapes.result.push_back(shapes.left[shapes.left.size() - 2]);
    if (!right_vector) shapes.result.push_back(shapes.right.back());
    return shapes;
}
}  // namespace

namespace {
/// Two constants: their product, exactly. Integers stay integers.
Constant product_of_constants(Operator& node, Constant left, Constant right, const ConstantProduct& product,
                              Shape shape) {
    const bool are_integers = left.type == ElementType::integer && right.type == ElementType::integer;
    Constant result;
    result.shape = std::move(shape);
    result.data_type = left.data_type;
    node.network().charge(element_count(result.shape));
    result.reals = multiplied(as_reals(std::move(left)).reals, as_reals(std::move(right)).reals, product);
    if (!are_integers) return result;
    result.type = ElementType::integer;
    for (std::size_t i = 0; i < result.reals.size(); ++i) {
        const Rational number = result.reals.exact(i);
        if (!number.get_num().fits_slong_p()) node.fail("an integer beyond 64 bits");
        result.integers.push_back(number.get_num().get_si());
    }
    result.reals = {};
    return result;
}
}  // namespace

void mat_mul(Operator& node) {
    const MatMulShapes shapes = mat_mul_shapes(node);
    node.check_size(shapes.result);
    if (node.is_folding()) {
        const ConstantProduct product{
            shapes.left[shapes.left.size() - 2], shapes.left.back(), shapes.right.back(),
            broadcast_indices(Shape(shapes.left.begin(), shapes.left.end() - 2), shapes.batch),
            broadcast_indices(Shape(shapes.right.begin(), shapes.right.end() - 2), shapes.batch)};
        Constant left = node.take_constant(0);
        node.set_output(product_of_constants(node, std::move(left), node.take_constant(1), product, shapes.result));
        return;
    }
    if (!node.is_constant(0) && !node.is_constant(1)) {
        const Shape left_batch(shapes.left.begin(), shapes.left.end() - 2);
        const Shape right_batch(shapes.right.begin(), shapes.right.end() - 2);
        const MatrixProduct both{element_count(shapes.batch),
                                 shapes.left[shapes.left.size() - 2],
                                 shapes.left.back(),
                                 shapes.right.back(),
                                 broadcast_indices(left_batch, shapes.batch),
                                 broadcast_indices(right_batch, shapes.batch),
                                 shapes.result};
        Tensor left = node.take_tensor(0);
        node.set_output(matrix_product(node, std::move(left), node.take_tensor(1), both));
        return;
    }
    Product product;
    product.tensor_left = node.is_constant(1);
    product.blocks = element_count(shapes.batch);
    product.m = shapes.left[shapes.left.size() - 2];
    product.k = shapes.left.back();
    product.n = shapes.right.back();
    Tensor tensor = node.take_tensor(product.tensor_left ? 0 : 1);
    Constant constant = node.take_numbers(product.tensor_left ? 1 : 0);
    if (product.blocks == 1 && product.tensor_left && product.m == 1) {
        node.set_output(
            dense(node, std::move(tensor), {std::move(constant.reals), product.n, product.k, true}, shapes.result));
    } else if (product.blocks == 1 && !product.tensor_left && product.n == 1) {
        node.set_output(
            dense(node, std::move(tensor), {std::move(constant.reals), product.m, product.k, false}, shapes.result));
    } else {
        const Shape left_batch(shapes.left.begin(), shapes.left.end() - 2);
        const Shape right_batch(shapes.right.begin(), shapes.right.end() - 2);
        product.tensor_block = broadcast_indices(product.tensor_left ? left_batch : right_batch, shapes.batch);
        product.constant_block = broadcast_indices(product.tensor_left ? right_batch : left_batch, shapes.batch);
        node.set_output(sparse(node, std::move(tensor), constant, product, shapes.result));
    }
}

namespace {
/// Y = alpha · A' · B' + beta · C with A' the tensor or the constant; C is added by its own rules of broadcasting.
void scale(model::NumberArray& numbers, const Rational& factor) {
    if (factor == 1) return;
    model::NumberArray one(1);
    one.set(0, factor);
    for (std::size_t i = 0; i < numbers.size(); ++i) combine(Arithmetic::multiply, numbers, i, one, 0, numbers, i);
}

/// A constant of shape [rows, columns] with its two axes exchanged.
Constant transposed(Constant constant) {
    const std::size_t rows = constant.shape[0];
    const std::size_t columns = constant.shape[1];
    constant.reals = row_major({std::move(constant.reals), columns, rows, true});
    constant.shape = {columns, rows};
    return constant;
}

Tensor transposed(Tensor tensor) {
    const Shape from = tensor.shape;
    std::vector<std::uint32_t> source(element_count(from));
    for (std::size_t r = 0; r < from[0]; ++r)
        for (std::size_t c = 0; c < from[1]; ++c) source[c * from[0] + r] = static_cast<std::uint32_t>(r * from[1] + c);
    return std::get<Tensor>(rearranged(std::move(tensor), {from[1], from[0]}, source));
}

/// beta · C beside the product.
void add_to_product(Operator& node, Value result, const Shape& shape, const Rational& beta) {
    if (!node.has_input(2) || beta == 0) {
        node.set_output(std::move(result));
        return;
    }
    Value addend = node.is_constant(2) ? Value(node.take_numbers(2)) : Value(node.take_tensor(2));
    if (auto* c = std::get_if<Constant>(&addend)) {
        scale(c->reals, beta);
    } else if (beta != 1) {
        const Shape own = shape_of(addend);
        addend = scaled(node, std::get<Tensor>(std::move(addend)), real_constant(beta), own, Arithmetic::multiply);
    }
    const std::optional<Shape> common = broadcast_shape(shape, shape_of(addend));
    if (!common || *common != shape)
        node.fail(fmt::format("the addend's shape {} does not fit {}", to_string(shape_of(addend)), to_string(shape)));
    node.set_output(combined(node, std::move(result), std::move(addend), Arithmetic::add));
}
}  // namespace

void gemm(Operator& node) {
    const bool trans_a = node.integer("transA", 0) != 0;
    const bool trans_b = node.integer("transB", 0) != 0;
    const Rational alpha = node.real("alpha", 1);
    const Rational beta = node.real("beta", 1);
    node.ignore("broadcast");
    Shape a = node.input_shape(0);
    Shape b = node.input_shape(1);
    if (a.size() != 2 || b.size() != 2)
        node.fail(fmt::format("factors of shapes {} and {} are no matrices", to_string(a), to_string(b)));
    const bool both = node.is_constant(0) && node.is_constant(1);
    if (!both && node.is_constant(0) == node.is_constant(1))
        node.fail("one factor must be a constant and the other must depend on the network's input");
    const bool tensor_left = node.is_constant(1);
    if (trans_a) std::swap(a[0], a[1]);
    if (trans_b) std::swap(b[0], b[1]);
    if (a[1] != b[0])
        node.fail(fmt::format("matrices of shapes {} and {} cannot be multiplied", to_string(a), to_string(b)));
    if (both) {
        Constant left = as_reals(node.take_constant(0));
        Constant right = as_reals(node.take_constant(1));
        if (trans_a) left = transposed(std::move(left));
        if (trans_b) right = transposed(std::move(right));
        Constant product =
            product_of_constants(node, std::move(left), std::move(right), {a[0], a[1], b[1], {0}, {0}}, {a[0], b[1]});
        scale(product.reals, alpha);
        add_to_product(node, std::move(product), {a[0], b[1]}, beta);
        return;
    }
    Tensor tensor = node.take_tensor(tensor_left ? 0 : 1);
    if (tensor_left ? trans_a : trans_b) tensor = transposed(std::move(tensor));
    Constant constant = node.take_numbers(tensor_left ? 1 : 0);
    scale(constant.reals, alpha);
    const bool trans_constant = tensor_left ? trans_b : trans_a;
    const Shape shape = {a[0], b[1]};
    Tensor result;
    if (tensor_left && a[0] == 1) {
        result = dense(node, std::move(tensor), {std::move(constant.reals), b[1], b[0], !trans_constant}, shape);
    } else if (!tensor_left && b[1] == 1) {
        result = dense(node, std::move(tensor), {std::move(constant.reals), a[0], a[1], trans_constant}, shape);
    } else {
        if (trans_constant) constant = transposed(std::move(constant));
        result = sparse(node, std::move(tensor), constant, {1, a[0], a[1], b[1], {0}, {0}, tensor_left}, shape);
    }
    add_to_product(node, std::move(result), shape, beta);
}

}  // namespace sinew::read::onnx
