import torch

# parameters used in my worked example
W1 = torch.tensor([[1.2], [-0.7], [0.4], [2.0]], requires_grad=True)
b1 = torch.tensor([-0.3, 0.1, 0.6, -0.5], requires_grad=True)
W2 = torch.tensor([[0.8, 1.5, -1.1, 0.6]], requires_grad=True)
b2 = torch.tensor([0.25], requires_grad=True)
x = torch.tensor([1.5], requires_grad=True)
y = torch.tensor([2.0])


def forward():
    hidden = torch.relu(W1 @ x + b1)
    return W2 @ hidden + b2 + x


loss = 0.5 * (forward() - y).pow(2).sum()
loss.backward()

# results of the analytical formulas for these parameters
analytical = {
    "b2": torch.tensor([1.13]),
    "W2": torch.tensor([[1.695, 0.0, 1.356, 2.825]]),
    "W1": torch.tensor([[1.356], [0.0], [-1.8645], [1.017]]),
    "b1": torch.tensor([0.904, 0.0, -1.243, 0.678]),
    "x": torch.tensor([3.0736]),
}

auto = {"b2": b2.grad, "W2": W2.grad, "W1": W1.grad, "b1": b1.grad, "x": x.grad}
for name, value in auto.items():
    print(name, value, analytical[name], torch.allclose(value, analytical[name], atol=1e-3))
