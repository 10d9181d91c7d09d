import torch

torch.manual_seed(33)
H = 5
w1 = torch.randn(H, 1, requires_grad=True)
c1 = torch.randn(H, 1, requires_grad=True)
w2 = torch.randn(1, H, requires_grad=True)
c2 = torch.randn(1, 1, requires_grad=True)
x = torch.tensor([[1.15]], requires_grad=True)
y = torch.tensor([[0.35]])

pre = torch.mm(w1, x) + c1
post = pre.relu()
guess = torch.mm(w2, post) + c2 + x
loss = 0.5 * (guess - y) ** 2
loss.backward()

# formulas from 4(b), with L = 1/2 (y_hat - y)^2
with torch.no_grad():
    e = guess - y
    gate = pre.gt(0).float()
    F = {"c2": e, "w2": e @ post.T}
    F["c1"] = (w2.T @ e) * gate
    F["w1"] = F["c1"] @ x.T
    F["x"] = e + w1.T @ F["c1"]

AUTO = {"c2": c2.grad, "w2": w2.grad, "c1": c1.grad, "w1": w1.grad, "x": x.grad}

# MSE has a factor 2 in PyTorch, so scale the formulas before comparing
for k in AUTO:
    d = (2.0 * F[k] - AUTO[k]).abs().max().item()
    print(k, "max difference", round(d, 5), "->", "MATCH" if d < 1e-5 else "MISMATCH")
