// SPDX-License-Identifier: Apache-2.0
#include "read/bnn/modules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/error.hpp"
#include "base/utf8.hpp"

namespace sinew::read::bnn {

namespace {
struct NamedRole {
    std::string_view name;
    std::optional<Role> role;  ///< absent: the array says nothing that matters here
};
// Longer names before those that they end in.
constexpr std::array<NamedRole, 24> named_roles{{{"stride_padding", Role::stride_padding},
                                                 {"running_mean", Role::mean},
                                                 {"running_var", Role::variance},
                                                 {"moving_mean", Role::mean},
                                                 {"moving_variance", Role::variance},
                                                 {"num_batches_tracked", std::nullopt},
                                                 {"avg_mean", Role::mean},
                                                 {"avg_var", Role::variance},
                                                 {"weight", Role::weight},
                                                 {"weights", Role::weight},
                                                 {"kernel", Role::weight},
                                                 {"W", Role::weight},
                                                 {"gamma", Role::weight},
                                                 {"scale", Role::weight},
                                                 {"bias", Role::bias},
                                                 {"beta", Role::bias},
                                                 {"b", Role::bias},
                                                 {"mean", Role::mean},
                                                 {"variance", Role::variance},
                                                 {"var", Role::variance},
                                                 {"epsilon", Role::epsilon},
                                                 {"eps", Role::epsilon},
                                                 {"sign", Role::sign},
                                                 {"N", std::nullopt}}};

bool is_separator(char c) {
    return c == '/' || c == '.' || c == '_';
}

/// The role of a name and the module it leaves, without the separator between.
const NamedRole* role_of(std::string_view name, std::string_view& module) {
    for (const NamedRole& named : named_roles) {
        if (!name.ends_with(named.name)) continue;
        const std::size_t rest = name.size() - named.name.size();
        if (rest != 0 && !is_separator(name[rest - 1])) continue;
        module = name.substr(0, rest == 0 ? 0 : rest - 1);
        return &named;
    }
    return nullptr;
}

/// What modules are ordered by.
struct OrderKey {
    int place = 1;  ///< 0 first, 2 last
    std::vector<std::size_t> numbers;
    bool normalisation = false;
    auto operator<=>(const OrderKey&) const = default;
};

OrderKey order_key(const Module& module) {
    OrderKey key;
    if (module.name.starts_with("in")) key.place = 0;
    if (module.name.starts_with("out")) key.place = 2;
    const std::string& name = module.name;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (std::isdigit(static_cast<unsigned char>(name[i])) == 0) continue;
        std::size_t number = 0;
        for (; i < name.size() && std::isdigit(static_cast<unsigned char>(name[i])) != 0; ++i)
            number = std::min<std::size_t>(10 * number + static_cast<std::size_t>(name[i] - '0'), 1000000000);
        key.numbers.push_back(number);
    }
    key.normalisation = module.is_normalisation();
    return key;
}

void order(std::vector<Module>& modules, const std::string& file) {
    std::vector<std::pair<OrderKey, Module>> keyed;
    for (Module& module : modules) {
        OrderKey key = order_key(module);
        keyed.emplace_back(std::move(key), std::move(module));
    }
    std::ranges::stable_sort(keyed, {}, [](const auto& entry) { return entry.first; });
    modules.clear();
    for (std::size_t i = 0; i < keyed.size(); ++i) {
        if (i + 1 < keyed.size() && keyed[i].first == keyed[i + 1].first)
            throw InputError({file, 0, 0},
                             "which of '" + printable(keyed[i].second.name) + "' and '" +
                                 printable(keyed[i + 1].second.name) + "' comes first is not told by their names",
                             "numbers in the names");
        modules.push_back(std::move(keyed[i].second));
    }
}
}  // namespace

Modules group_modules(const std::vector<Array>& arrays, const std::string& file) {
    Modules result;
    std::map<std::string, std::size_t, std::less<>> known;
    for (const Array& array : arrays) {
        if (array.name == "quant_step") {
            result.quantisation_step = &array;
            continue;
        }
        if (array.name == "input_shape") {
            result.input_shape = &array;
            continue;
        }
        std::string_view name;
        const NamedRole* named = role_of(array.name, name);
        if (named == nullptr)
            array.fail("its name does not say what it is",
                       "a name that ends in weight, W, bias, b, gamma, beta, mean, var, running_mean, avg_var, …");
        if (!named->role) continue;
        result.chainer = result.chainer || named->name == "avg_var";
        const auto [at, is_new] = known.emplace(std::string(name), result.modules.size());
        if (is_new) result.modules.push_back(Module{std::string(name), {}});
        if (!result.modules[at->second].arrays.emplace(*named->role, &array).second)
            array.fail("its module has an array of this meaning already");
    }
    order(result.modules, file);
    return result;
}

}  // namespace sinew::read::bnn
