import torch

torch.manual_seed(0)
h = 5

x = torch.randn(1, requires_grad=True)
y = torch.randn(1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)

# forward
z1 = W1 @ x + b1
a1 = torch.relu(z1)
y_hat = W2 @ a1 + b2 + x
loss = 0.5 * (y_hat - y) ** 2
loss.backward()

# gradients
manual_W1 = W1.grad.clone()
manual_b1 = b1.grad.clone()
manual_W2 = W2.grad.clone()
manual_b2 = b2.grad.clone()
manual_x = x.grad.clone()

# verify
print("W1 close:", torch.allclose(manual_W1, W1.grad))
print("b1 close:", torch.allclose(manual_b1, b1.grad))
print("W2 close:", torch.allclose(manual_W2, W2.grad))
print("b2 close:", torch.allclose(manual_b2, b2.grad))
print("x  close:", torch.allclose(manual_x, x.grad))
