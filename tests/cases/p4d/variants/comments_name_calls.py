import torch


def derivative(z):
    """Derivative of ReLU (its jacobian is diagonal)."""
    return torch.where(z > 0, 1.0, 0.0)


def formulas(W1, b1, W2, b2, x, y):
    z1 = W1 * x + b1
    a1 = torch.relu(z1)
    db2 = 2 * (W2 @ a1 + b2 + x - y)  # derivative of the squared error, jvp with 1
    dW2 = db2 * a1  # jacobian of yhat w.r.t. W2
    db1 = db2 * W2 * derivative(z1)  # no sympy needed
    dW1 = db1 * x  # hessian: not asked for
    jacobian = 1 + W2 * derivative(z1) @ W1
    dx = db2 * jacobian
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "x": dx}


torch.manual_seed(404)
names = ("W1", "b1", "W2", "b2", "x")
leaf = dict(zip(names, (torch.randn(4), torch.randn(4), torch.randn(4), torch.randn(()), torch.randn(()))))
for t in leaf.values():
    t.requires_grad_()
y = torch.randn(())
loss = (leaf["W2"] @ torch.relu(leaf["W1"] * leaf["x"] + leaf["b1"]) + leaf["b2"] + leaf["x"] - y) ** 2
loss.backward()
hand = formulas(*(t.detach() for t in leaf.values()), y)
for n in names:
    print(n, "jacobian check", torch.allclose(hand[n], leaf[n].grad))
