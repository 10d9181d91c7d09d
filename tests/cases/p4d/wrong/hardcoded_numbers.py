import torch

# fixed parameters so that the result is reproducible
W1 = torch.tensor([[0.31], [-0.84], [1.27]], requires_grad=True)
b1 = torch.tensor([0.05, 0.62, -0.4], requires_grad=True)
W2 = torch.tensor([[1.13, -0.58, 0.77]], requires_grad=True)
b2 = torch.tensor([-0.21], requires_grad=True)
x = torch.tensor([1.35], requires_grad=True)
y = torch.tensor([0.8])

y_hat = W2 @ torch.relu(W1 @ x + b1) + b2 + x
loss = 0.5 * (y_hat - y) ** 2
loss.backward()

# analytical values
analytical = {
    "b2": [1.8816],
    "W2": [[0.8815, 0.0, 2.4733]],
    "W1": [[2.8703], [0.0], [1.9559]],
    "b1": [2.1262, 0.0, 1.4488]
}
analytical["x"] = [4.3807]

for name, p in {"b2": b2, "W2": W2, "W1": W1, "b1": b1, "x": x}.items():
    d = (torch.tensor(analytical[name]) - p.grad).abs().max().item()
    print(f"{name}: max difference {d:.5f} ->", "match" if d < 1e-3 else "NO match")
