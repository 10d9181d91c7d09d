import torch

# small example so I can do the numbers by hand
x = torch.tensor([2.0], requires_grad=True)
y = torch.tensor([3.0])
W1 = torch.tensor([[1.0], [-1.0]], requires_grad=True)
b1 = torch.tensor([0.5, 0.5], requires_grad=True)
W2 = torch.tensor([[2.0, 1.0]], requires_grad=True)
b2 = torch.tensor([-1.0], requires_grad=True)

z1 = torch.matmul(W1, x) + b1          # [2.5, -1.5]
a1 = torch.relu(z1)                    # [2.5, 0]
y_hat = torch.matmul(W2, a1) + b2 + x  # 5 - 1 + 2 = 6
loss = 0.5*(y_hat - y)**2              # 4.5

loss.backward()

# Analytical gradients (computed by hand)
# e = 6 - 3 = 3
dW1_hand = torch.tensor([[12.0], [0.0]])   # e*W2*s*x
db1_hand = torch.tensor([6.0, 0.0])        # e*W2*s
dW2_hand = torch.tensor([[7.5, 0.0]])      # e*a1
db2_hand = torch.tensor([3.0])             # e
dx_hand = torch.tensor([9.0])              # e*(1 + 2*1)

print("W1:", W1.grad, dW1_hand, torch.equal(W1.grad, dW1_hand))
print("b1:", b1.grad, db1_hand, torch.equal(b1.grad, db1_hand))
print("W2:", W2.grad, dW2_hand, torch.equal(W2.grad, dW2_hand))
print("b2:", b2.grad, db2_hand, torch.equal(b2.grad, db2_hand))
print("x:", x.grad, dx_hand, torch.equal(x.grad, dx_hand))

# All True. The analytical gradients are the same as the autograd gradients.
