import torch

h = 5
torch.manual_seed(14)
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)

z1 = W1 @ x + b1
a1 = torch.relu(z1)
y_hat = W2 @ a1 + b2 + x
loss = 0.5 * (y_hat - y) ** 2
loss.backward()
print("autograd done, loss =", loss.item())

# keep plain copies for the manual part
W1_m = W1.copy()
b1_m = b1.copy()
W2_m = W2.copy()
b2_m = b2.copy()
x_m = x.copy()

z = W1_m @ x_m + b1_m
a = torch.relu(z)
e = W2_m @ a + b2_m + x_m - y
grad_b2 = e
grad_W2 = e @ a.T
grad_z = (W2_m.T @ e) * (z > 0)
grad_b1 = grad_z
grad_W1 = grad_z @ x_m.T
grad_x = e + W1_m.T @ grad_z

for n, m, g in [("b2", grad_b2, b2.grad), ("W2", grad_W2, W2.grad), ("b1", grad_b1, b1.grad), ("W1", grad_W1, W1.grad), ("x", grad_x, x.grad)]:
    print(n, (m - g).abs().max().item())
