// SPDX-License-Identifier: Apache-2.0
// Arrays grouped into the modules of a network by their names, in the order in which the network runs them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "read/bnn/array.hpp"

namespace sinew::read::bnn {

/// What an array is to its module. Each role goes by the names of several programs: NumPy exports of PyTorch (weight,
/// bias, running_mean, running_var), Chainer (W, b, gamma, beta, avg_mean, avg_var), Keras (kernel, moving_mean, …).
enum class Role {
    weight,          ///< a linear module's, or a batch normalisation's scale
    bias,            ///< likewise
    mean,            ///< of a batch normalisation
    variance,        ///< likewise
    epsilon,         ///< likewise: what is added to the variance
    sign,            ///< a factor of 1 or -1 a channel, after the bias
    stride_padding,  ///< of a convolution: stride height, width, padding height, width
};

/// Arrays whose names begin alike: "fc1.weight" and "fc1.bias" are the module "fc1".
struct Module {
    std::string name;
    std::map<Role, const Array*> arrays;

    const Array* find(Role role) const {
        const auto found = arrays.find(role);
        return found == arrays.end() ? nullptr : found->second;
    }
    bool is_normalisation() const { return find(Role::mean) != nullptr || find(Role::variance) != nullptr; }
};

/// Arrays that are about the whole network.
struct Modules {
    std::vector<Module> modules;
    const Array* quantisation_step = nullptr;  ///< "quant_step"
    const Array* input_shape = nullptr;        ///< "input_shape"
    bool chainer = false;                      ///< names are Chainer's
};

/// Groups and orders: modules called input… come first, out… last, others by the numbers in their names, a linear
/// module before a batch normalisation of the same number. Throws InputError for an array whose role its name does not
/// tell, and where the order of two modules is not told by their names.
Modules group_modules(const std::vector<Array>& arrays, const std::string& file);

}  // namespace sinew::read::bnn
