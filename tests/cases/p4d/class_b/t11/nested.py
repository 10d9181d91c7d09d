import torch
import torch.nn.functional as F

# parameters as a nested structure, all helper functions are recursive over it
# net = {"hidden": {"W":.., "b":..}, "output": {"W":.., "b":..}}


def tree_map(f, *trees):
    if isinstance(trees[0], dict):
        return {k: tree_map(f, *(t[k] for t in trees)) for k in trees[0]}
    if isinstance(trees[0], (list, tuple)):
        return type(trees[0])(tree_map(f, *t) for t in zip(*trees))
    return f(*trees)


def tree_print(t, indent=0, name="root"):
    if isinstance(t, (dict, tuple)):
        print(" " * indent + name)
        for k, v in (t.items() if isinstance(t, dict) else enumerate(t)):
            tree_print(v, indent + 3, str(k))
    else:
        print(" " * indent + f"{name}: {t}")


def apply(layers, v):
    """recursive network evaluation: affine, then relu unless it is the last layer"""
    (W, b), rest = layers[0], layers[1:]
    z = W @ v + b
    return z if not rest else apply(rest, F.relu(z))


def value(net, x, y):
    return 0.5 * ((apply([(l["W"], l["b"]) for l in (net["hidden"], net["output"])], x) + x - y) ** 2).sum()


def pull_back(layers, v, residual):
    """returns (dL/dv, [(dL/dW, dL/db) per layer]) without the skip; residual(out) = dL/dout.
    Chain rule as recursion: go down to the last layer, come back with the cotangent."""
    (W, b), rest = layers[0], layers[1:]
    z = W @ v + b
    if rest:
        da, below = pull_back(rest, F.relu(z), residual)
        dz = da * torch.as_tensor(z > 0, dtype=z.dtype)
    else:
        dz, below = residual(z), []
    return W.T @ dz, [(dz.outer(v), dz)] + below


def gradient_4b(net, x, y):
    e = []

    def residual(out):
        e.append(out + x - y)
        return e[0]

    dx_path, ((dW1, db1), (dW2, db2)) = pull_back([(net["hidden"]["W"], net["hidden"]["b"]), (net["output"]["W"], net["output"]["b"])], x, residual)
    return {"hidden": {"W": dW1, "b": db1}, "output": {"W": dW2, "b": db2}}, dx_path + e[0]


if __name__ == "__main__":
    torch.manual_seed(4)
    h = 7
    net = {"hidden": {"W": torch.randn(h, 1), "b": torch.randn(h)}, "output": {"W": torch.randn(1, h), "b": torch.randn(1)}}
    x, y = torch.tensor([-0.6]), torch.tensor([1.0])

    formula = gradient_4b(net, x, y)

    net_g, x_g = tree_map(lambda t: t.clone().requires_grad_(True), (net, x))
    value(net_g, x_g, y).backward()
    auto = tree_map(lambda t: t.grad, (net_g, x_g))

    tree_print(tree_map(lambda a, b: f"max diff {(a - b).abs().max():.2e}  {'equal' if torch.allclose(a, b, atol=1e-6) else 'NOT equal'}", formula, auto), name="4(b) formulas against autograd")
